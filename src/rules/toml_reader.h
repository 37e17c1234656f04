// Typed reading of TOML tables where every complaint names file, line and rule.
//
// A `TableReader` is asked for each key that its table may have; what nobody asked for is unknown,
// and `finish` reports it with the nearest key that was asked for. So the list of valid keys is the
// code that reads them and cannot drift from it. Keys are compared without regard to case, because
// gitleaks does so and files rely on it (`stopwords`, `stopWords`).
//
// After an error readers go on with what they have, which keeps the code that uses them straight
// and finds a file's other errors too; the caller looks once at the end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragnet {

// What an assertion of toml++ that does not hold ends in: an exception, which `load_rules` catches.
// In a release build they would be off or, under Clang, assumptions that the optimiser builds on;
// hostile text can break them, so they stay checks in every build.
[[noreturn]] void toml_assertion_failed(const char* condition);

}  // namespace dragnet

#define TOML_EXCEPTIONS 0   // errors are values
#define TOML_HEADER_ONLY 0  // compiled once, in toml_reader.cc
#define TOML_ASSERT(condition) \
  (static_cast<bool>(condition) ? void() : ::dragnet::toml_assertion_failed(#condition))
#pragma push_macro("NDEBUG")
#undef NDEBUG  // else toml++ defines TOML_ASSERT anew
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "base/result.h"

namespace dragnet {

// Collects what is wrong and what is worth saying about one file.
class Diagnostics {
 public:
  static constexpr std::size_t kMostErrors = 100;

  explicit Diagnostics(std::string file) : file_(std::move(file)) {}

  // "FILE:LINE:COLUMN: SUBJECT: message"; a 0 and an empty subject are left out.
  void fail(std::uint32_t line, std::string_view subject, std::string_view message,
            std::string hint = {}, std::uint32_t column = 0);
  void note(std::uint32_t line, std::string_view subject, std::string_view message);

  const std::string& file() const { return file_; }
  // The first one.
  const std::optional<Error>& error() const { return error_; }
  // One a line of the file, in the order of the lines: what a mistake leads to on its own line is
  // not worth saying. At most `kMostErrors`.
  std::vector<Error> take_errors();
  // In the order of the lines.
  std::vector<std::string> take_notes();

 private:
  std::string located(std::uint32_t line, std::uint32_t column, std::string_view subject,
                      std::string_view message) const;

  std::string file_;
  std::optional<Error> error_;
  std::map<std::uint32_t, Error> errors_;            // by line
  std::multimap<std::uint32_t, std::string> notes_;  // by line
};

// The tree of `text`, or nothing after telling `diagnostics` what is wrong and where. Text over
// 16 MiB and text that is nested deeper than `kMaxTomlNesting` are refused.
std::optional<toml::table> parse_toml(std::string_view text, Diagnostics* diagnostics);

// Borrows the table and the diagnostics. Each read of a key that is not there leaves `*out` alone
// and returns false; so does a value of the wrong type, which is an error.
class TableReader {
 public:
  // `subject` is what messages call the table: "rule 'aws-key'"; empty for the file itself.
  TableReader(const toml::table& table, std::string subject, Diagnostics* diagnostics);

  // An empty string counts as absent, as in gitleaks.
  bool text(std::string_view key, std::string* out);
  // A list of strings; empty ones are left out with a note, because an empty regex or stop word
  // would match everything.
  bool texts(std::string_view key, std::vector<std::string>* out);
  // An integer or a float in [least, most].
  bool number(std::string_view key, double least, double most, double* out);
  bool integer(std::string_view key, std::uint32_t most, std::uint32_t* out);
  bool flag(std::string_view key, bool* out);
  // The table `[key]`, or null.
  const toml::table* table(std::string_view key);
  // The tables of `[[key]]`; empty where there are none.
  std::vector<const toml::table*> tables(std::string_view key);

  // A reader of a table inside this one; messages call it "SUBJECT, name".
  TableReader inner(const toml::table& table, std::string_view name);

  // A key that `reason` ("only betterleaks reads it") makes a note instead of an error.
  void without_effect(std::string_view key, std::string_view reason);
  // The same for a key whose absence of effect goes without saying.
  void skip(std::string_view key);

  // Complains about the keys that nobody asked for.
  void finish();

  bool has(std::string_view key) const;
  // 1-based line of the key, or of the table where it has no such key.
  std::uint32_t line_of(std::string_view key) const;
  std::uint32_t line() const;
  void fail(std::uint32_t line, std::string_view message, std::string hint = {});
  void note(std::uint32_t line, std::string_view message);
  const std::string& subject() const { return subject_; }

 private:
  struct Entry {
    const toml::key* key;
    const toml::node* node;
    bool asked = false;
  };

  const Entry* find(std::string_view key) const;
  const Entry* ask(std::string_view key);
  void wrong_type(const Entry& entry, std::string_view expected);

  const toml::table& table_;
  std::string subject_;
  Diagnostics* diagnostics_;
  std::map<std::string, Entry> entries_;  // by key in lower case
  std::vector<std::string_view> known_;   // the keys asked for, as the format spells them
};

}  // namespace dragnet
