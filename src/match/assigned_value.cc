#include "match/assigned_value.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxSpace = 40;    // between name, operator and value
constexpr std::uint64_t kMaxType = 40;     // of a type's name
constexpr std::uint64_t kMaxWrapper = 32;  // of the name of a function around the value
constexpr std::uint64_t kMaxValue = 400;
constexpr std::uint64_t kMinValue = 3;

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// "</", also as JSON may write it.
bool closes_tag(ByteView text) { return text.starts_with("</") || text.starts_with("<\\/"); }

// Reads on from the end of a name. Parameters as of read_assigned_value.
class ValueReader {
 public:
  ValueReader(ByteView text, std::uint64_t at, bool whole, bool symbol)
      : text_(text), at_(at), whole_(whole), symbol_(symbol) {}

  bool read(Assignment* out);

 private:
  char peek(std::uint64_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool skip(std::string_view token) {
    if (peek() != token.front() || !text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() {
    const std::uint64_t limit = std::min<std::uint64_t>(at_ + kMaxSpace, text_.size());
    while (at_ < limit && is_blank(text_[at_])) ++at_;
  }
  void close_name(Assignment* out);
  bool skip_type(Assignment* out);
  bool read_operator(Assignment* out);
  void skip_scheme(Assignment* out);
  void skip_wrapper(Assignment* out);
  bool open_quote(Assignment* out);
  bool read_quoted(Assignment* out);
  bool read_bare(Assignment* out);

  ByteView text_;
  std::uint64_t at_;
  bool whole_;
  bool symbol_;
  bool literal_ = false;  // what comes has to stand in quotes
  bool index_ = false;    // what comes says where in a container: settings["x"]
};

// The quote that ends a name, brackets around it, and those of an array's size.
void ValueReader::close_name(Assignment* out) {
  if (peek() == '\\' && is_quote(peek(1))) {
    out->escaped = true;
    ++at_;
  }
  if (is_quote(peek())) {
    out->name_quoted = true;
    ++at_;
  }
  if (peek() == '?' || peek() == '!') ++at_;
  if (peek() == '*' && peek(1) == '*') at_ += 2;  // bold in Markdown
  if (peek() == '[') {                            // char password[32]
    std::uint64_t i = 1;
    while (i < 6 && is_digit(peek(i))) ++i;
    if (peek(i) == ']') at_ += i + 1;
  } else if (peek() == ']' || (peek() == ')' && out->name_quoted)) {
    ++at_;
  }
}

// "String =" after a colon or after blanks: what stands between a declared name and its value.
bool ValueReader::skip_type(Assignment* out) {
  const std::uint64_t limit = std::min<std::uint64_t>(at_ + kMaxType, text_.size());
  std::uint64_t i = at_;
  bool any = false;
  while (i < limit &&
         (is_name_letter(text_[i]) || is_blank(text_[i]) || text_[i] == '.' || text_[i] == '&' ||
          text_[i] == '*' || text_[i] == '?' || text_[i] == '|' || text_[i] == '<' ||
          text_[i] == '>' || text_[i] == '[' || text_[i] == ']' || (text_[i] == '\'' && any))) {
    any = any || is_letter(text_[i]);
    ++i;
  }
  if (!any || i + 1 >= text_.size() || text_[i] != '=' || text_[i + 1] == '=' ||
      text_[i + 1] == '>') {
    return false;
  }
  if (!is_blank(text_[i - 1]) && !is_letter(text_[i - 1]) && text_[i - 1] != '>' &&
      text_[i - 1] != ']' && text_[i - 1] != '?') {
    return false;
  }
  at_ = i + 1;
  out->op = AssignOperator::kTyped;
  return true;
}

bool ValueReader::read_operator(Assignment* out) {
  skip_blanks();
  const bool blanks = at_ > 0 && is_blank(text_[at_ - 1]);
  using enum AssignOperator;
  struct Token {
    std::string_view text;
    AssignOperator op;
  };
  static constexpr Token kTokens[] = {
      {"===", kCompare}, {"!==", kCompare}, {"==", kCompare}, {"!=", kCompare},
      {"=>", kArrow},    {"=~", kCompare},  {":=", kEquals},  {"::=", kEquals},
      {"?=", kEquals},   {"||=", kEquals},  {"+=", kEquals},  {"=", kEquals},
      {"->", kArrow},    {"<-", kArrow},    {":", kColon},    {"(", kCall}};
  for (const Token& token : kTokens) {
    if (!skip(token.text)) continue;
    out->op = token.op;
    if (token.op == kColon && peek() == ':') return false;                // a C++ or Rust path
    if (token.op == kColon && blanks && is_letter(peek())) return false;  // f :symbol of Ruby
    if (token.op == kColon) skip_type(out);
    return true;
  }
  // What is taken where the name has no value: env["X"] || "y".
  for (const std::string_view token : {"||", "??", "?:", "or "}) {
    if (token == "or " && !blanks) continue;
    if (!skip(token)) continue;
    literal_ = true;
    out->op = kComma;
    return true;
  }
  if (peek() == ',' && (out->name_quoted || symbol_)) {
    ++at_;
    out->op = kComma;
    skip_blanks();
    skip("with: ");  // fill_in "Password", with: "x"
    return true;
  }
  if (peek() == '>' && !blanks) {
    ++at_;
    out->op = kTag;
    return true;
  }
  if (!blanks) return false;
  // After quotes it is no type but an attribute of a tag: `key="password" value="x"`, unlike
  // `type="password" class="wide"`.
  const ByteView attribute = text_.substr(std::min<std::uint64_t>(at_, text_.size()), 7);
  const bool holds_value = equals_folded(attribute.substr(0, 5), "value") ||
                           equals_folded(attribute, "content") ||
                           equals_folded(attribute, "default");
  if ((!out->name_quoted || holds_value) && skip_type(out)) return true;
  out->op = kFlag;
  return is_quote(peek());
}

// "Bearer x": the scheme of a header is no part of the secret.
void ValueReader::skip_scheme(Assignment* out) {
  static constexpr std::string_view kSchemes[] = {"bearer ", "basic ", "token ", "digest ",
                                                  "apikey "};
  for (const std::string_view scheme : kSchemes) {
    if (equals_folded(text_.substr(at_, scheme.size()), scheme)) {
      at_ += scheme.size();
      skip_blanks();
      out->op = AssignOperator::kScheme;
      return;
    }
  }
}

// getBytes("x"), String("x"), b64decode(b"x"), ["x", []string{"x": one call or list around the
// value, where a quote follows.
void ValueReader::skip_wrapper(Assignment* out) {
  std::uint64_t i = at_;
  const std::uint64_t limit = std::min<std::uint64_t>(at_ + kMaxWrapper, text_.size());
  const auto opens = [&] {
    return i < limit && (text_[i] == '(' || text_[i] == '{' || text_[i] == '[');
  };
  if (i + 1 < limit && text_[i] == '[' && text_[i + 1] == ']') i += 2;
  const bool named = i < limit && is_letter(text_[i]);
  while (named && i < limit &&
         (is_name_letter(text_[i]) || text_[i] == '.' || text_[i] == ':' || text_[i] == ' ' ||
          text_[i] == '&')) {
    ++i;
  }
  if (!opens()) return;
  const bool index = named && text_[i] == '[' && !is_blank(text_[i - 1]);
  ++i;
  while (i + 1 < text_.size() && (text_[i] == 'b' || text_[i] == 'r' || text_[i] == ' ') &&
         i < limit)
    ++i;
  if (i < text_.size() && is_quote(text_[i])) {
    at_ = i;
    out->wrapped = true;
    index_ = index;
  }
}

bool ValueReader::open_quote(Assignment* out) {
  std::uint64_t i = at_;
  // Prefixes of literals: b"", u'', R"", @"", L"", f"", $"", :'x'.
  while (i < at_ + 2 && i + 1 < text_.size() &&
         std::string_view("bBuUrRfFL@$&").find(text_[i]) != std::string_view::npos) {
    ++i;
  }
  if (i + 1 < text_.size() && text_[i] == '\\' && is_quote(text_[i + 1])) {
    out->escaped = true;
    ++i;
  }
  if (i >= text_.size() || !is_quote(text_[i])) return false;
  out->quote = text_[i];
  at_ = i + 1;
  // Three quotes of one kind open a longer literal.
  if (peek() == out->quote && peek(1) == out->quote) at_ += 2;
  return true;
}

bool ValueReader::read_quoted(Assignment* out) {
  skip_scheme(out);
  const std::uint64_t limit = std::min<std::uint64_t>(at_ + kMaxValue, text_.size());
  std::uint64_t i = at_;
  for (; i < limit; ++i) {
    const char c = text_[i];
    if (c == '\n' || c == '\r') return false;
    if (c == '\\' && !out->escaped) {
      ++i;
      continue;
    }
    if (c == '\\' || c == out->quote) break;
  }
  if (i >= limit) return false;
  out->value_start = at_;
  out->value_end = i;
  out->end = i + 1;
  return true;
}

bool ValueReader::read_bare(Assignment* out) {
  skip_scheme(out);
  const std::uint64_t limit = std::min<std::uint64_t>(at_ + kMaxValue, text_.size());
  std::uint64_t i = at_;
  const bool tag = out->op == AssignOperator::kTag;
  for (; i < limit; ++i) {
    const char c = text_[i];
    if (c == '\n' || c == '\r' || c == '<') break;
    if (!tag && (is_blank(c) || is_quote(c) || c == '>' || c == '\\' || c == '&' || c == ',' ||
                 c == ';' || c == '}' || c == ']' || c == ')')) {
      break;
    }
    // A value is no expression of a program.
    if (c == '(' || c == '{' || c == '[' || c == '\0') return false;
  }
  if (!tag && i > at_ && i < text_.size() && text_[i] == '>' && text_[i - 1] == '-') return false;
  // The value goes on, or may.
  if (i >= limit && (i < text_.size() || !whole_)) return false;
  if (tag && !closes_tag(text_.substr(std::min(i, text_.size())))) return false;
  if (i >= at_ + 3 && text_.substr(i - 3, 3) == "...") return false;  // cut off
  while (i > at_ && std::string_view(":.").find(text_[i - 1]) != std::string_view::npos) --i;
  out->value_start = at_;
  out->value_end = i;
  out->end = i;
  return true;
}

bool ValueReader::read(Assignment* out) {
  close_name(out);
  if (!read_operator(out)) return false;
  if (out->op != AssignOperator::kTag) skip_blanks();
  if (out->op != AssignOperator::kTag) skip_wrapper(out);
  if (index_) return false;
  if (open_quote(out)) {
    if (!read_quoted(out)) return false;
  } else {
    // Without quotes these are calls, comparisons and arguments of programs.
    const bool member = at_ >= 2 && text_.substr(at_ - 2, 2) == "->";
    if (member || out->op == AssignOperator::kCall || out->op == AssignOperator::kComma ||
        out->op == AssignOperator::kCompare || out->op == AssignOperator::kTyped || out->wrapped ||
        literal_) {
      return false;
    }
    if (!read_bare(out)) return false;
  }
  return out->value_end - out->value_start >= kMinValue;
}

}  // namespace

bool read_assigned_value(ByteView text, std::uint64_t at, bool whole, bool symbol,
                         Assignment* out) {
  return ValueReader(text, at, whole, symbol).read(out);
}

}  // namespace dragnet
