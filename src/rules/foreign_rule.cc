#include "rules/foreign_rule.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "rules/foreign_regex.h"
#include "rules/rule_file.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::size_t kLongestDescription = 200;
constexpr std::uint32_t kMostRequired = 100;  // characters of a kind
// Kingfisher's, where a rule does not name its own.
constexpr std::string_view kSpecialCharacters = "!@#$%^&*()_+-=[]{}|;:'\",.<>?/\\`~";

// As a sample, `{{` begins a placeholder.
std::string as_sample(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text.substr(i).starts_with("{{")) {
      out += "{{{";
      ++i;
    }
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::optional<double> number_of(const YamlNode& node) {
  double value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [last, error] = std::from_chars(node.text.data(), end, value);
  if (node.kind != YamlNode::Kind::kScalar || error != std::errc() || last != end) {
    return std::nullopt;
  }
  return value;
}

// A class of the bytes of `text`, without the brackets.
std::string class_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool word = is_letter(c) || is_digit(c);
    if (!word && static_cast<unsigned char>(c) < 0x80) out += '\\';
    out += c;
  }
  return out;
}

class RuleReader {
 public:
  RuleReader(const YamlNode& node, const std::string& file) : node_(node) {
    out_.rule.place = {file, node.line};
  }

  ForeignRule run() {
    if (node_.kind != YamlNode::Kind::kMap) {
      out_.refused = "it is no map";
      return std::move(out_);
    }
    for (const auto& [key, value] : node_.members) {
      if (node_.find(key) != &value) lose("a second " + quoted(key));
      read(key, value);
    }
    Rule& rule = out_.rule;
    rule.id = kebab_case(out_.foreign_id.empty() ? rule.description : out_.foreign_id);
    if (rule.id.empty()) refuse("it has neither an id nor a name");
    if (rule.id.size() > kMaxIdLength) {
      refuse("its id is longer than " + std::to_string(kMaxIdLength) + " bytes");
    }
    if (rule.regex.empty()) refuse("it has no pattern");
    return std::move(out_);
  }

 private:
  void refuse(std::string why) {
    if (out_.refused.empty()) out_.refused = std::move(why);
  }
  void lose(std::string what) { out_.losses.push_back(std::move(what)); }

  void read(const std::string& key, const YamlNode& value) {
    Rule& rule = out_.rule;
    if (key == "id") {
      out_.foreign_id = scalar(key, value);
    } else if (key == "name") {
      set_text(&rule.description, one_line(scalar(key, value)));
    } else if (key == "description") {
      out_.about = scalar(key, value);
    } else if (key == "pattern") {
      read_pattern(scalar(key, value));
    } else if (key == "min_entropy") {
      read_entropy(value);
    } else if (key == "confidence") {
      read_confidence(lowered(scalar(key, value)));
    } else if (key == "visible") {
      rule.skip_report = lowered(scalar(key, value)) == "false";
    } else if (key == "categories") {
      for (std::string& word : texts(key, value)) {
        rule.generic = rule.generic || word == "fuzzy" || word == "generic";
        rule.tags.push_back(std::move(word));
      }
    } else if (key == "keywords") {
      for (const std::string& word : texts(key, value)) rule.keywords.push_back(lowered(word));
    } else if (key == "references") {
      out_.references = texts(key, value);
    } else if (key == "examples" || key == "negative_examples") {
      auto& samples = key == "examples" ? rule.positives : rule.negatives;
      for (const std::string& text : texts(key, value)) samples.push_back(as_sample(text));
    } else if (key == "depends_on_rule") {
      read_dependencies(value);
    } else if (key == "pattern_requirements") {
      read_requirements(value);
    } else {
      lose_key(key, value);
    }
  }

  void set_text(std::string* to, std::string text) {
    if (text.size() > kLongestDescription) {
      out_.about = text + "\n" + out_.about;
      text.resize(kLongestDescription);
    }
    *to = std::move(text);
  }

  std::string scalar(const std::string& key, const YamlNode& value) {
    if (value.kind == YamlNode::Kind::kScalar) return value.text;
    lose(quoted(key) + " is no text");
    return "";
  }

  // A list of texts, or a single one. Empty ones say nothing.
  std::vector<std::string> texts(const std::string& key, const YamlNode& value) {
    std::vector<std::string> out;
    if (value.kind == YamlNode::Kind::kScalar && !value.text.empty()) out.push_back(value.text);
    if (value.kind == YamlNode::Kind::kMap) lose(quoted(key) + " is no list of texts");
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlNode::Kind::kScalar) {
        lose("an item of " + quoted(key) + " is no text");
      } else if (!item.text.empty()) {
        out.push_back(item.text);
      }
    }
    return out;
  }

  void read_pattern(const std::string& pattern) {
    auto regex = rewrite_foreign_regex(pattern);
    if (!regex) {
      out_.rule.regex = pattern;
      refuse(regex.error().message);
      return;
    }
    out_.rule.regex = std::move(regex->pattern);
    for (std::string& note : regex->notes) lose(std::move(note));
  }

  void read_entropy(const YamlNode& value) {
    const auto number = number_of(value);
    if (number && *number >= 0 && *number <= 8) {
      out_.rule.entropy = *number;
    } else {
      lose("'min_entropy' is no number from 0 to 8");
    }
  }

  void read_confidence(const std::string& word) {
    out_.rule.tags.push_back("confidence:" + word);
    if (word == "low") out_.rule.generic = true;
  }

  // The other rule's secret is put into what a provider is asked: it belongs to this one, and is
  // not needed to report it.
  void read_dependencies(const YamlNode& value) {
    for (const YamlNode& item : value.items) {
      const YamlNode* id = item.find("rule_id");
      if (id == nullptr || id->text.empty()) {
        lose("'depends_on_rule' names no rule");
        continue;
      }
      out_.rule.companions.push_back(kebab_case(id->text));
      for (const auto& [key, part] : item.members) {
        if (key != "rule_id" && key != "variable") {
          lose(quoted(key) + " of 'depends_on_rule' on " + quoted(id->text));
        }
      }
    }
    if (value.kind != YamlNode::Kind::kList) lose("'depends_on_rule' is no list");
  }

  void read_requirements(const YamlNode& value) {
    const YamlNode* special = value.find("special_chars");
    const std::string_view marks = special == nullptr ? kSpecialCharacters : special->text;
    for (const auto& [key, part] : value.members) {
      if (key == "min_digits") {
        require(key, part, "0-9");
      } else if (key == "min_uppercase") {
        require(key, part, "A-Z");
      } else if (key == "min_lowercase") {
        require(key, part, "a-z");
      } else if (key == "min_special_chars") {
        require(key, part, class_of(marks));
      } else if (key == "ignore_if_contains") {
        Allowlist list;
        list.description = key;
        list.stopwords = texts(key, part);
        if (!list.stopwords.empty()) out_.rule.allowlists.push_back(std::move(list));
      } else if (key != "special_chars") {
        lose(quoted(key) + " of 'pattern_requirements'");
      }
    }
  }

  // Allows the secrets that hold fewer than so many bytes of a class.
  void require(const std::string& key, const YamlNode& value, const std::string& bytes) {
    const auto least = number_of(value);
    if (!least || *least < 0 || *least > kMostRequired || bytes.empty()) {
      return lose(quoted(key) + " is no number from 0 to " + std::to_string(kMostRequired));
    }
    if (*least < 1) return;
    Allowlist list;
    list.description = key + " " + value.text;
    const std::string others = "[^" + bytes + "]*";
    list.regexes.push_back("\\A" + others + "(?:[" + bytes + "]" + others + "){0," +
                           std::to_string(static_cast<std::uint32_t>(*least) - 1) + "}\\z");
    out_.rule.allowlists.push_back(std::move(list));
  }

  void lose_key(const std::string& key, const YamlNode& value) {
    const YamlNode* type = value.find("type");
    lose(quoted(key) + (type == nullptr ? "" : " (" + printable(type->text) + ")"));
  }

  const YamlNode& node_;
  ForeignRule out_;
};

}  // namespace

std::string kebab_case(std::string_view id) {
  std::string out;
  for (const char c : lowered(id)) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (word) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

ForeignRule read_foreign_rule(const YamlNode& node, const std::string& file) {
  return RuleReader(node, file).run();
}

}  // namespace dragnet
