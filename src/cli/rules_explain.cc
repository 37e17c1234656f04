// `dragnet rules explain`: what a rule finds, why it is found where it is, and what it costs.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/log.h"
#include "cli/rule_source.h"
#include "cli/rules_command.h"
#include "io/descriptor.h"
#include "match/rule_pack.h"

namespace dragnet {

namespace {

std::string fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 0.095 ? "%.3f" : "%.1f", value);
  return text;
}

Json described(const Allowlist& list) {
  Json out = {{"description", list.description},
              {"condition", list.condition == Allowlist::Condition::kAnd ? "and" : "or"}};
  const auto add = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) out[name] = values;
  };
  add("regexes", list.regexes);
  add("paths", list.paths);
  add("commits", list.commits);
  add("stopwords", list.stopwords);
  return out;
}

// Everything that is known of a rule; what does not apply is left out.
Json described(const CompiledRule& compiled) {
  const Rule& rule = compiled.rule;
  Json out = {{"id", rule.id},
              {"description", rule.description},
              {"place", rule.place.text()},
              {"kind", to_string(rule.kind)},
              {"category", rule.category},
              {"sensitivity", to_string(rule.sensitivity)},
              {"generic", rule.generic},
              {"remediation", rule.remediation}};
  if (!rule.regex.empty()) out["regex"] = rule.regex;
  if (rule.secret_group != 0) out["secret_group"] = rule.secret_group;
  if (!rule.path.empty()) out["path"] = rule.path;
  if (rule.entropy > 0) out["entropy"] = rule.entropy;
  if (!rule.check.empty()) out["check"] = rule.check;
  if (!rule.keywords.empty()) out["keywords"] = rule.keywords;
  if (!rule.companions.empty()) out["companions"] = rule.companions;
  for (const RequiredRule& required : rule.required) out["required"].push_back(required.id);
  for (const Allowlist& list : rule.allowlists) out["allowlists"].push_back(described(list));
  if (compiled.whole_text()) out["whole_text"] = compiled.anchor.max_width;
  if (compiled.anchored()) {
    out["anchor"] = {{"pattern", compiled.anchor.pattern},
                     {"width", compiled.anchor.max_width},
                     {"given", !rule.anchor.empty()},
                     {"hits_per_megabyte", compiled.anchor.rate * 1e6}};
    out["whole_blob"] = compiled.whole_blob();
    if (!compiled.whole_blob()) {
      out["lookbehind"] = compiled.lookbehind;
      out["lookahead"] = compiled.lookahead;
    }
  }
  out["positives"] = rule.positives.size();
  out["negatives"] = rule.negatives.size();
  return out;
}

// An anchor as a person would write it: its literals, where it is made of bytes (\x61) and of both
// cases of letters ([\x41\x61]); any other pattern as it is.
std::string readable(const std::string& pattern) {
  std::string out;
  bool folded = false;
  const auto byte_at = [&](std::size_t at) {
    const auto value = [](char digit) { return std::string_view("0123456789abcdef").find(digit); };
    if (at + 4 > pattern.size() || pattern.compare(at, 2, "\\x") != 0) return -1;
    const std::size_t high = value(pattern[at + 2]);
    const std::size_t low = value(pattern[at + 3]);
    return high < 16 && low < 16 ? static_cast<int>(high * 16 + low) : -1;
  };
  for (std::size_t at = 0; at < pattern.size();) {
    const int byte = byte_at(at);
    if (byte > ' ' && byte < 0x7f) {
      out += static_cast<char>(byte);
      at += 4;
    } else if (byte >= 0) {
      out += pattern.substr(at, 4);
      at += 4;
    } else if (pattern[at] == '[' && byte_at(at + 1) >= 'A' && byte_at(at + 1) <= 'Z' &&
               byte_at(at + 5) == byte_at(at + 1) + 32 && pattern[at + 9] == ']') {
      out += static_cast<char>(byte_at(at + 5));
      folded = true;
      at += 10;
    } else if (pattern[at] == '|') {
      out += "  ";
      ++at;
    } else {
      return pattern;
    }
  }
  return folded ? out + "  (either case)" : out;
}

std::string line(const std::string& name, const std::string& value) {
  return "  " + name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + value + "\n";
}

std::string joined(const Json& words) {
  std::string out;
  for (const Json& word : words) out += (out.empty() ? "" : ", ") + word.get<std::string>();
  return out;
}

// What must hold beside the regex.
std::string conditions(const Json& rule) {
  std::string out;
  if (rule.contains("path"))
    out += line("in", "paths that match " + rule["path"].get<std::string>());
  if (rule.contains("keywords")) out += line("with", "one of " + joined(rule["keywords"]));
  if (rule.contains("required")) out += line("near", joined(rule["required"]));
  if (rule.contains("entropy")) {
    out += line("entropy", fixed(rule["entropy"].get<double>()) + " bits a byte or more");
  }
  if (rule.contains("check")) out += line("check", rule["check"].get<std::string>());
  if (!rule.contains("allowlists")) return out;
  for (const Json& list : rule["allowlists"]) {
    const auto why = list["description"].get<std::string>();
    out += line("but not", why.empty() ? "what an allow list accepts" : why);
  }
  return out;
}

// How it is looked for, and what that costs.
std::string search(const Json& rule) {
  if (rule.contains("whole_text")) {
    return line("search", "texts of up to " + rule["whole_text"].dump() + " bytes, as a whole");
  }
  if (!rule.contains("anchor")) return line("search", "by path alone: not applied yet");
  const Json& anchor = rule["anchor"];
  std::string out = line("anchor", readable(anchor["pattern"].get<std::string>()) +
                                       (anchor["given"].get<bool>() ? "  (given)" : ""));
  out += line("cost", "about " + fixed(anchor["hits_per_megabyte"].get<double>()) +
                          " hits in a megabyte of source code, " + anchor["width"].dump() +
                          " bytes wide");
  if (rule["whole_blob"].get<bool>()) return out + line("reads", "the whole blob at every hit");
  return out + line("reads", rule["lookbehind"].dump() + " bytes before the anchor's end and " +
                                 rule["lookahead"].dump() + " after it");
}

std::string as_text(const Json& rule) {
  std::string out = rule["id"].get<std::string>() + "  " + rule["description"].get<std::string>() +
                    "\n" + line("defined", rule["place"].get<std::string>());
  const auto category = rule["category"].get<std::string>();
  out += line("what", rule["kind"].get<std::string>() + (category.empty() ? "" : ", " + category) +
                          ", sensitivity " + rule["sensitivity"].get<std::string>() +
                          (rule["generic"].get<bool>() ? ", gives way to every other rule" : ""));
  if (rule.contains("regex")) out += line("regex", rule["regex"].get<std::string>());
  if (rule.contains("secret_group")) {
    out += line("secret", "group " + rule["secret_group"].dump());
  }
  out += conditions(rule) + search(rule);
  if (rule.contains("companions")) out += line("used with", joined(rule["companions"]));
  out += line("samples",
              rule["positives"].dump() + " positives, " + rule["negatives"].dump() + " negatives");
  const auto remediation = rule["remediation"].get<std::string>();
  return remediation.empty() ? out : out + line("to do", remediation);
}

}  // namespace

int run_rules_explain(const RulesOptions& options) {
  // All rules, because those are in the cache.
  RuleOptions all = options.rules;
  all.only.clear();
  const auto loaded = load_rule_pack(all, real_file_system(), cache_folder());
  if (!loaded) {
    log_error(loaded.error().text());
    return kExitUsage;
  }
  const auto& rules = loaded->pack->rules();
  Json list = Json::array();
  std::string text;
  for (const std::string& id : options.rules.only) {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const CompiledRule& rule) { return rule.rule.id == id; });
    if (found == rules.end()) {
      // Which says what rule may have been meant.
      const auto chosen = read_rules(options.rules, real_file_system());
      log_error(chosen ? "no rule has the id '" + id + "'" : chosen.error().text());
      return kExitUsage;
    }
    list.push_back(described(*found));
    if (!text.empty()) text += "\n";
    text += as_text(list.back());
  }
  const std::string out = options.format == "json" ? dump_json(list, 2) + "\n" : text;
  (void)write_descriptor(kStandardOutput, "standard output", out);
  return kExitClean;
}

}  // namespace dragnet
