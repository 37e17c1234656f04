#define TOML_IMPLEMENTATION
#include "rules/toml_reader.h"

#include <algorithm>
#include <stdexcept>

#include "base/ascii.h"
#include "rules/nearest.h"
#include "rules/text.h"
#include "rules/toml_precheck.h"

namespace dragnet {

namespace {

constexpr std::size_t kMaxFileSize = 16 << 20;

std::uint32_t line_in(const toml::source_region& region) { return region.begin.line; }

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a float";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date and time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

}  // namespace

void toml_assertion_failed(const char* condition) {
  throw std::logic_error(std::string("toml++ cannot go on: ") + condition);
}

std::string Diagnostics::located(std::uint32_t line, std::uint32_t column, std::string_view subject,
                                 std::string_view message) const {
  std::string out = file_;
  if (line != 0) out += ":" + std::to_string(line);
  if (column != 0) out += ":" + std::to_string(column);
  out += ": ";
  if (!subject.empty()) out.append(subject).append(": ");
  return out.append(message);
}

void Diagnostics::fail(std::uint32_t line, std::string_view subject, std::string_view message,
                       std::string hint, std::uint32_t column) {
  if (errors_.size() >= kMostErrors) return;
  const auto [entry, fresh] = errors_.try_emplace(
      line, usage_error(located(line, column, subject, message), std::move(hint)));
  if (!error_) error_ = entry->second;
}

std::vector<Error> Diagnostics::take_errors() {
  std::vector<Error> out;
  out.reserve(errors_.size());
  for (auto& [line, error] : errors_) out.push_back(std::move(error));
  errors_.clear();
  return out;
}

void Diagnostics::note(std::uint32_t line, std::string_view subject, std::string_view message) {
  notes_.emplace(line, located(line, 0, subject, message));
}

std::vector<std::string> Diagnostics::take_notes() {
  std::vector<std::string> out;
  for (auto& [line, note] : notes_) out.push_back(std::move(note));
  notes_.clear();
  return out;
}

std::optional<toml::table> parse_toml(std::string_view text, Diagnostics* diagnostics) {
  if (text.size() > kMaxFileSize) {
    diagnostics->fail(0, {}, "larger than 16 MiB", "a rule file holds rules, not data");
    return std::nullopt;
  }
  constexpr std::string_view kHint = "correct the TOML syntax there";
  if (const auto trouble = precheck_toml(text)) {
    diagnostics->fail(trouble->line, {}, trouble->message, std::string(kHint), trouble->column);
    return std::nullopt;
  }
  toml::parse_result result = toml::parse(text);
  if (result.succeeded()) return std::move(result).table();
  const toml::parse_error& error = result.error();
  const toml::source_position at = error.source().begin;
  diagnostics->fail(at.line, {}, printable(error.description()), std::string(kHint), at.column);
  return std::nullopt;
}

TableReader::TableReader(const toml::table& table, std::string subject, Diagnostics* diagnostics)
    : table_(table), subject_(std::move(subject)), diagnostics_(diagnostics) {
  for (const auto& [key, node] : table) {
    const auto [twin, fresh] = entries_.try_emplace(lowered(key.str()), Entry{&key, &node});
    if (fresh) continue;
    fail(line_in(key.source()), "key " + quoted(key.str()) + " is also there as " +
                                    quoted(twin->second.key->str()) + " in line " +
                                    std::to_string(line_in(twin->second.key->source())));
  }
}

const TableReader::Entry* TableReader::find(std::string_view key) const {
  const auto found = entries_.find(lowered(key));
  return found == entries_.end() ? nullptr : &found->second;
}

const TableReader::Entry* TableReader::ask(std::string_view key) {
  known_.push_back(key);
  const auto found = entries_.find(lowered(key));
  if (found == entries_.end()) return nullptr;
  found->second.asked = true;
  return &found->second;
}

bool TableReader::has(std::string_view key) const { return find(key) != nullptr; }

std::uint32_t TableReader::line() const { return line_in(table_.source()); }

std::uint32_t TableReader::line_of(std::string_view key) const {
  const Entry* entry = find(key);
  return entry == nullptr ? line() : line_in(entry->key->source());
}

void TableReader::fail(std::uint32_t line, std::string_view message, std::string hint) {
  diagnostics_->fail(line, subject_, message, std::move(hint));
}

void TableReader::note(std::uint32_t line, std::string_view message) {
  diagnostics_->note(line, subject_, message);
}

void TableReader::wrong_type(const Entry& entry, std::string_view expected) {
  fail(line_in(entry.key->source()), quoted(entry.key->str()) + " takes " + std::string(expected) +
                                         ", not " + std::string(type_name(*entry.node)));
}

bool TableReader::text(std::string_view key, std::string* out) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return false;
  const auto* value = entry->node->as_string();
  if (value == nullptr) {
    wrong_type(*entry, "a string");
    return false;
  }
  if (value->get().empty()) return false;
  *out = value->get();
  return true;
}

bool TableReader::texts(std::string_view key, std::vector<std::string>* out) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return false;
  const toml::array* list = entry->node->as_array();
  if (list == nullptr) {
    wrong_type(*entry, "a list of strings");
    return false;
  }
  std::vector<std::string> values;
  for (const toml::node& item : *list) {
    const std::uint32_t line = line_in(item.source());
    const auto* value = item.as_string();
    if (value == nullptr) {
      fail(line, quoted(entry->key->str()) + " takes a list of strings, but one of its items is " +
                     std::string(type_name(item)));
      return false;
    }
    if (value->get().empty()) {
      note(line, "the empty string in " + quoted(entry->key->str()) + " is left out");
    } else {
      values.push_back(value->get());
    }
  }
  *out = std::move(values);
  return true;
}

bool TableReader::number(std::string_view key, double least, double most, double* out) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return false;
  if (!entry->node->is_number()) {
    wrong_type(*entry, "a number");
    return false;
  }
  const double value = *entry->node->value<double>();
  if (!(value >= least && value <= most)) {  // a NaN is in no range
    fail(line_in(entry->key->source()), quoted(entry->key->str()) + " has to be from " +
                                            number_text(least) + " to " + number_text(most));
    return false;
  }
  *out = value;
  return true;
}

bool TableReader::integer(std::string_view key, std::uint32_t most, std::uint32_t* out) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return false;
  const auto* value = entry->node->as_integer();
  if (value == nullptr) {
    wrong_type(*entry, "an integer");
    return false;
  }
  if (value->get() < 0 || value->get() > most) {
    fail(line_in(entry->key->source()),
         quoted(entry->key->str()) + " has to be from 0 to " + std::to_string(most));
    return false;
  }
  *out = static_cast<std::uint32_t>(value->get());
  return true;
}

bool TableReader::flag(std::string_view key, bool* out) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return false;
  const auto* value = entry->node->as_boolean();
  if (value == nullptr) {
    wrong_type(*entry, "true or false");
    return false;
  }
  *out = value->get();
  return true;
}

const toml::table* TableReader::table(std::string_view key) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return nullptr;
  const toml::table* value = entry->node->as_table();
  if (value == nullptr) wrong_type(*entry, "one table, [" + std::string(key) + "]");
  return value;
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
  const Entry* entry = ask(key);
  if (entry == nullptr) return {};
  std::vector<const toml::table*> out;
  const toml::array* list = entry->node->as_array();
  if (list == nullptr) {
    wrong_type(*entry, "a list of tables, [[" + std::string(key) + "]]");
    return out;
  }
  for (const toml::node& item : *list) {
    const toml::table* value = item.as_table();
    if (value == nullptr) {
      fail(line_in(item.source()), quoted(entry->key->str()) +
                                       " takes a list of tables, but one of its items is " +
                                       std::string(type_name(item)));
      return {};
    }
    out.push_back(value);
  }
  return out;
}

TableReader TableReader::inner(const toml::table& table, std::string_view name) {
  std::string subject = subject_.empty() ? std::string(name) : subject_ + ", " + std::string(name);
  return TableReader(table, std::move(subject), diagnostics_);
}

void TableReader::without_effect(std::string_view key, std::string_view reason) {
  const Entry* entry = ask(key);
  known_.pop_back();  // nobody should be led to a key that does nothing
  if (entry == nullptr) return;
  note(line_in(entry->key->source()),
       quoted(entry->key->str()) + " has no effect here: " + std::string(reason));
}

void TableReader::skip(std::string_view key) { static_cast<void>(ask(key)); }

void TableReader::finish() {
  // In the order of the file, so that the first error is the topmost.
  std::vector<const Entry*> unknown;
  for (const auto& [folded, entry] : entries_) {
    if (!entry.asked) unknown.push_back(&entry);
  }
  std::sort(unknown.begin(), unknown.end(), [](const Entry* a, const Entry* b) {
    const auto& first = a->key->source().begin;
    const auto& second = b->key->source().begin;
    return first.line != second.line ? first.line < second.line : first.column < second.column;
  });
  for (const Entry* entry : unknown) {
    std::string valid = "valid here: ";
    for (const std::string_view key : known_) {
      valid.append(key == known_.front() ? "" : ", ").append(key);
    }
    fail(line_in(entry->key->source()), "unknown key " + quoted(entry->key->str()),
         suggestion(entry->key->str(), known_, valid));
  }
}

}  // namespace dragnet
