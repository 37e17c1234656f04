// Reads a template and expands it in one walk: the grammar is so small that a tree would only be
// thrown away. Every function's argument is expanded before the function, in the order of the text,
// so the order of draws, and with it the result, follows from the text alone.
#include "rules/sample.h"

#include <charconv>
#include <optional>

#include "base/ascii.h"
#include "base/hex.h"
#include "rules/nearest.h"
#include "rules/sample_draw.h"
#include "rules/sample_functions.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::size_t kMaxSize = 1 << 20;
constexpr unsigned kMaxDepth = 16;

// FNV-1a, so that two samples draw different bytes from the same seed.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

class Expander {
 public:
  Expander(std::string_view text, std::uint64_t seed)
      : text_(text), random_(SampleRandom(seed).next() ^ hash_of(text)) {}

  Result<ByteString> run() {
    ByteString out;
    while (at_ < text_.size()) {
      if (take("{{{{")) {
        out += "{{";
      } else if (take("{{")) {
        const std::size_t start = at_ - 2;
        auto part = sequence();
        if (!part) return part;
        if (!take("}}")) return fail(at_, at_ < text_.size() ? unexpected() : unclosed(start));
        out += part.value();
      } else {
        out += text_[at_++];
      }
      if (out.size() > kMaxSize) return fail(at_, "the expansion is longer than 1 MiB");
    }
    return out;
  }

 private:
  struct Repeat {
    std::uint64_t least = 1;
    std::uint64_t most = 1;
    bool range = false;  // written as {m,n}
  };

  static Error fail(std::size_t at, const std::string& message, std::string hint = {}) {
    return usage_error("sample, column " + std::to_string(at + 1) + ": " + message,
                       std::move(hint));
  }

  std::string unexpected() const { return "unexpected " + quoted(text_.substr(at_, 1)); }

  static std::string unclosed(std::size_t start) {
    return "the '{{' of column " + std::to_string(start + 1) + " is not closed";
  }

  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  // Items up to what is none: the closing bracket or braces.
  Result<ByteString> sequence() {
    if (++depth_ > kMaxDepth) return fail(at_, "functions are nested deeper than 16");
    ByteString out;
    for (skip_spaces(); at_ < text_.size(); skip_spaces()) {
      const char c = text_[at_];
      if (c != '"' && !is_letter(c)) break;
      auto part = c == '"' ? literal() : named();
      if (!part) return part;
      out += part.value();
      if (out.size() > kMaxSize) return fail(at_, "the expansion is longer than 1 MiB");
    }
    --depth_;
    return out;
  }

  Result<ByteString> literal() {
    const std::size_t start = at_++;
    ByteString out;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      const auto escaped = escape();
      if (!escaped)
        return fail(at_ - 1, "unknown escape", "known are \\\" \\\\ \\n \\t \\r \\0 \\xHH");
      out += *escaped;
    }
    return fail(start, "the string is not closed");
  }

  // What follows a backslash.
  std::optional<char> escape() {
    if (at_ >= text_.size()) return std::nullopt;
    switch (text_[at_++]) {
      case '"':
        return '"';
      case '\\':
        return '\\';
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '0':
        return '\0';
      case 'x': {
        const std::string_view digits = text_.substr(at_, 2);
        const auto byte = from_hex(digits);
        if (!byte || digits.size() != 2) return std::nullopt;
        at_ += 2;
        return byte->front();
      }
      default:
        return std::nullopt;
    }
  }

  // A class or a function.
  Result<ByteString> named() {
    const std::size_t start = at_;
    const auto is_name = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    while (at_ < text_.size() && kPunctuation.find(text_[at_]) != std::string_view::npos) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    Repeat repeat;
    const bool counted = at_ < text_.size() && text_[at_] == '{';
    if (counted) {
      auto error = read_repeat(&repeat);
      if (error) return *std::move(error);
    }
    if (!take("(")) return draw_class(name, start, repeat);
    if (name == "repeat" && counted && !repeat.range) return repeated(repeat.least);
    if (name == "repeat") return fail(start, "repeat needs a number", "as in repeat{3}(hex{8})");
    if (counted) return fail(start, quoted(name) + " takes no number in braces");
    return name == "pem" ? pem(start) : function(name, start);
  }

  Result<ByteString> draw_class(std::string_view name, std::size_t start, const Repeat& repeat) {
    const bool uuid = name == "uuid" || name == "UUID";
    const auto members = class_members(name);
    if (!members && !uuid) {
      return fail(start, "unknown class " + quoted(name), suggestion(name, class_names()));
    }
    const std::uint64_t count = repeat.least + random_.below(repeat.most - repeat.least + 1);
    if (!uuid) return draw(*members, count, &random_);
    ByteString out;
    for (std::uint64_t i = 0; i < count && out.size() <= kMaxSize; ++i) out += draw_uuid(&random_);
    if (name == "uuid") return out;
    return find_sample_function("upper")->apply(out, &random_);
  }

  Result<ByteString> function(std::string_view name, std::size_t start) {
    const SampleFunction* found = find_sample_function(name);
    if (found == nullptr) {
      return fail(start, "unknown function " + quoted(name),
                  suggestion(name, sample_function_names()));
    }
    auto argument = sequence();
    if (!argument) return argument;
    if (auto error = close()) return *std::move(error);
    auto out = found->apply(argument.value(), &random_);
    if (!out) return fail(start, out.error().message);
    return out;
  }

  Result<ByteString> repeated(std::uint64_t count) {
    const std::size_t start = at_;
    auto argument = sequence();
    if (!argument) return argument;
    if (auto error = close()) return *std::move(error);
    // Zero would make work that no length bounds.
    if (count == 0) return fail(start, "repeat takes a number from 1 on");
    if (argument->size() * count > kMaxSize) {
      return fail(start, "the expansion is longer than 1 MiB");
    }
    ByteString out;
    for (std::uint64_t i = 0; i < count; ++i) out += argument.value();
    return out;
  }

  Result<ByteString> pem(std::size_t start) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != '"') return fail(at_, "pem takes a label and a size");
    auto label = literal();
    if (!label) return label;
    skip_spaces();
    const auto size = number();
    if (!size) return fail(at_, "pem takes a label and a size");
    if (auto error = close()) return *std::move(error);
    auto out = make_pem(label.value(), *size, &random_);
    if (!out) return fail(start, out.error().message);
    return out;
  }

  // The bracket that ends an argument.
  std::optional<Error> close() {
    skip_spaces();
    if (take(")")) return std::nullopt;
    return fail(at_, at_ < text_.size() ? unexpected() : "a ')' is missing");
  }

  // A number up to 1 MiB.
  std::optional<std::uint64_t> number() {
    std::uint64_t value = 0;
    const char* first = text_.data() + at_;
    const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), value);
    if (error != std::errc() || value > kMaxSize) return std::nullopt;
    at_ += static_cast<std::size_t>(end - first);
    return value;
  }

  // "{n}" or "{m,n}".
  std::optional<Error> read_repeat(Repeat* repeat) {
    const std::size_t start = at_++;
    const auto bad = [&] {
      return fail(start, "unreadable repeat", "it is {n} or {m,n}, up to 1048576");
    };
    skip_spaces();
    const auto least = number();
    if (!least) return bad();
    *repeat = {*least, *least, false};
    skip_spaces();
    if (take(",")) {
      skip_spaces();
      const auto most = number();
      if (!most || *most < *least) return bad();
      *repeat = {*least, *most, true};
      skip_spaces();
    }
    if (!take("}")) return bad();
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  SampleRandom random_;
};

}  // namespace

Result<ByteString> expand_sample(std::string_view sample, std::uint64_t seed) {
  if (sample.size() > kMaxSize) return usage_error("sample: longer than 1 MiB");
  return Expander(sample, seed).run();
}

}  // namespace dragnet
