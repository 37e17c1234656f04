// How a compiled rule pack is written to bytes: one list of fields serves both directions.
//
// Not an exchange format: it is read back only by the same version on the same CPU, behind a
// checksum. The reader still checks every length, because a checksum is no proof.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "match/rule_pack.h"

namespace dragnet {

class PackWriter {
 public:
  template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void operator()(T& value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes_.append(raw, sizeof(T));
  }
  void operator()(std::string& text) {
    std::uint64_t size = text.size();
    (*this)(size);
    bytes_.append(text);
  }
  template <typename T>
  void operator()(std::optional<T>& value) {
    bool set = value.has_value();
    (*this)(set);
    if (set) (*this)(*value);
  }
  template <typename T>
  void operator()(std::vector<T>& values) {
    std::uint64_t size = values.size();
    (*this)(size);
    for (T& value : values) (*this)(value);
  }
  template <typename T>
  requires(std::is_class_v<T>) void operator()(T& value) { fields(*this, value); }

  ByteString take() { return std::move(bytes_); }

 private:
  ByteString bytes_;
};

class PackReader {
 public:
  explicit PackReader(ByteView bytes) : bytes_(bytes) {}

  template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void operator()(T& value) {
    if (bytes_.size() < sizeof(T)) return fail();
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
  }
  void operator()(bool& value) {
    std::uint8_t raw = 0;
    (*this)(raw);
    value = raw != 0;
  }
  void operator()(std::string& text) {
    const std::size_t size = count();
    text.assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }
  template <typename T>
  void operator()(std::optional<T>& value) {
    bool set = false;
    (*this)(set);
    value.reset();
    if (set) (*this)(value.emplace());
  }
  template <typename T>
  void operator()(std::vector<T>& values) {
    const std::size_t size = count();
    values.clear();
    for (std::size_t i = 0; i < size && ok_; ++i) (*this)(values.emplace_back());
  }
  template <typename T>
  requires(std::is_class_v<T>) void operator()(T& value) { fields(*this, value); }

  bool complete() const { return ok_ && bytes_.empty(); }

 private:
  void fail() {
    ok_ = false;
    bytes_ = {};
  }
  // A length; every element takes at least one byte, so none exceeds what is left.
  std::size_t count() {
    std::uint64_t size = 0;
    (*this)(size);
    if (size > bytes_.size()) {
      fail();
      return 0;
    }
    return static_cast<std::size_t>(size);
  }

  ByteView bytes_;
  bool ok_ = true;
};

template <typename Archive>
void fields(Archive& a, SourcePlace& place) {
  a(place.file), a(place.line);
}

template <typename Archive>
void fields(Archive& a, Allowlist& list) {
  a(list.description), a(list.condition), a(list.regex_target), a(list.regexes), a(list.paths);
  a(list.commits), a(list.stopwords), a(list.target_rules), a(list.place);
}

template <typename Archive>
void fields(Archive& a, RequiredRule& required) {
  a(required.id), a(required.within_lines), a(required.within_columns);
}

template <typename Archive>
void fields(Archive& a, Rule& rule) {
  a(rule.id), a(rule.family), a(rule.family_aliases), a(rule.description), a(rule.category);
  a(rule.kind), a(rule.sensitivity), a(rule.generic), a(rule.regex), a(rule.names), a(rule.path);
  a(rule.secret_group), a(rule.entropy), a(rule.keywords), a(rule.tags), a(rule.allowlists);
  a(rule.required), a(rule.skip_report), a(rule.anchor), a(rule.lookbehind), a(rule.lookahead);
  a(rule.check), a(rule.companions), a(rule.remediation), a(rule.positives), a(rule.negatives);
  a(rule.place);
}

template <typename Archive>
void fields(Archive& a, Anchor& anchor) {
  a(anchor.pattern), a(anchor.min_width), a(anchor.max_width), a(anchor.rate);
  a(anchor.whole_text);
  a(anchor.lookbehind), a(anchor.lookahead);
}

template <typename Archive>
void fields(Archive& a, CompiledRule& compiled) {
  a(compiled.rule), a(compiled.anchor), a(compiled.lookbehind), a(compiled.lookahead);
  a(compiled.in_line), a(compiled.tells_name);
  a(compiled.precheck);
}

}  // namespace dragnet
