#include "cli/rules_test_report.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "base/json.h"
#include "report/escape.h"

namespace dragnet {

namespace {

constexpr std::size_t kDearestShown = 10;

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

double per_megabyte(std::size_t count, std::size_t bytes) {
  return bytes == 0 ? 0 : static_cast<double>(count) * 1e6 / static_cast<double>(bytes);
}

// Rounded, so that JSON shows what was counted and no noise of division.
double rounded(double value, double scale) { return std::round(value * scale) / scale; }

std::string ids_of(const RulePack& pack, const std::vector<std::uint32_t>& rules) {
  std::string out;
  for (const std::uint32_t rule : rules) {
    out += (out.empty() ? "" : ", ") + pack.rules()[rule].rule.id;
  }
  return out;
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string cost_table(const RulePack& pack, const RuleTestResult& result) {
  const auto dearest = result.dearest(kDearestShown);
  if (dearest.empty()) return "";
  bool timed = false;
  for (const std::uint32_t rule : dearest) timed = timed || result.proofs[rule].ns_per_confirm;
  std::string out = "dearest, in a megabyte of text like source code:\n";
  out += "    called    stored     asked" + std::string(timed ? "  ns/confirm" : "") + "  rule\n";
  for (const std::uint32_t rule : dearest) {
    const RuleProof& proof = result.proofs[rule];
    for (const std::size_t count : {proof.cost.called, proof.cost.stored, proof.cost.asked}) {
      out += padded(fixed(per_megabyte(count, result.text_bytes), 1), 10);
    }
    if (timed) {
      out += padded(proof.ns_per_confirm ? fixed(*proof.ns_per_confirm, 0) : "-", 12);
    }
    out += "  " + escape_text(pack.rules()[rule].rule.id) + "\n";
  }
  return out;
}

Json described(const std::vector<RuleRemark>& remarks) {
  Json out = Json::array();
  for (const RuleRemark& remark : remarks) {
    out.push_back({{"aspect", to_string(remark.aspect)}, {"text", remark.text}});
  }
  return out;
}

Json described(const RulePack& pack, const std::vector<std::uint32_t>& rules) {
  Json out = Json::array();
  for (const std::uint32_t rule : rules) out.push_back(pack.rules()[rule].rule.id);
  return out;
}

Json described(const RulePack& pack, const RuleTestResult& result, std::size_t index) {
  const CompiledRule& compiled = pack.rules()[index];
  const RuleProof& proof = result.proofs[index];
  Json out = {{"id", compiled.rule.id},
              {"place", compiled.rule.place.text()},
              {"holds", proof.holds()},
              {"positives", compiled.rule.positives.size()},
              {"negatives", compiled.rule.negatives.size()},
              {"failures", described(proof.failures)},
              {"warnings", described(proof.warnings)},
              {"overlap",
               {{"gives_way_to", described(pack, proof.gives_way_to)},
                {"loses_to", described(pack, proof.loses_to)},
                {"wins_over", described(pack, proof.wins_over)}}}};
  if (!compiled.anchored()) return out;
  out["anchor"] = {{"width", compiled.anchor.max_width},
                   {"expected_per_megabyte", rounded(compiled.anchor.rate * 1e6, 1000)},
                   {"whole_blob", compiled.whole_blob()}};
  const auto rate = [&](std::size_t count) {
    return rounded(per_megabyte(count, result.text_bytes), 1000);
  };
  out["cost"] = {{"called_per_megabyte", rate(proof.cost.called)},
                 {"stored_per_megabyte", rate(proof.cost.stored)},
                 {"asked_per_megabyte", rate(proof.cost.asked)}};
  if (proof.ns_per_confirm) out["cost"]["ns_per_confirm"] = rounded(*proof.ns_per_confirm, 10);
  return out;
}

// For an attribute or an element: one line, nothing that XML has a meaning for. Control characters
// may not stand in XML 1.0 at all; `escape_text` writes them out.
std::string xml(const std::string& text) {
  std::string out;
  for (const char c : escape_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string xml_lines(const std::vector<RuleRemark>& remarks) {
  std::string out;
  for (const RuleRemark& remark : remarks) {
    out += xml(std::string(to_string(remark.aspect)) + ": " + remark.text) + "\n";
  }
  return out;
}

std::string test_case(const Rule& rule, const RuleProof& proof) {
  std::string out =
      "    <testcase classname=\"" + xml(rule.place.file) + "\" name=\"" + xml(rule.id) + "\"";
  if (rule.place.line > 0) {
    out +=
        " file=\"" + xml(rule.place.file) + "\" line=\"" + std::to_string(rule.place.line) + "\"";
  }
  if (proof.failures.empty() && proof.warnings.empty()) return out + "/>\n";
  out += ">\n";
  if (!proof.failures.empty()) {
    out += "      <failure type=\"" + xml(std::string(to_string(proof.failures[0].aspect))) +
           "\" message=\"" + xml(proof.failures[0].text) + "\">" + xml_lines(proof.failures) +
           "</failure>\n";
  }
  if (!proof.warnings.empty()) {
    out += "      <system-out>" + xml_lines(proof.warnings) + "</system-out>\n";
  }
  return out + "    </testcase>\n";
}

std::string counts(std::size_t tests, std::size_t failures) {
  return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
         "\" errors=\"0\"";
}

}  // namespace

std::string rules_test_text(const RulePack& pack, const RuleTestResult& result, bool verbose) {
  std::string out;
  for (std::size_t i = 0; i < result.proofs.size(); ++i) {
    const Rule& rule = pack.rules()[i].rule;
    const RuleProof& proof = result.proofs[i];
    const auto say = [&](const char* word, const std::string& text) {
      out += word + escape_text(rule.id + text) + "\n";
    };
    const std::string place = " (" + rule.place.text() + ")";
    for (const RuleRemark& remark : proof.failures) say("FAIL ", ": " + remark.text + place);
    for (const RuleRemark& remark : proof.warnings) say("WARN ", ": " + remark.text + place);
    if (!verbose) continue;
    if (proof.holds()) say("OK   ", "");
    if (!proof.gives_way_to.empty()) {
      say("     ", " gives way to " + ids_of(pack, proof.gives_way_to));
    }
    if (!proof.wins_over.empty()) say("     ", " wins over " + ids_of(pack, proof.wins_over));
  }
  out += cost_table(pack, result);
  out += std::to_string(result.holding()) + " of " + std::to_string(result.proofs.size()) +
         " rules hold on " + std::to_string(result.samples) + " samples";
  if (const std::size_t warnings = result.warnings(); warnings > 0) {
    out += ", " + std::to_string(warnings) + (warnings == 1 ? " warning" : " warnings");
  }
  return out + "\n";
}

std::string rules_test_json(const RulePack& pack, const RuleTestResult& result) {
  Json out = {{"rules", result.proofs.size()},
              {"holding", result.holding()},
              {"warnings", result.warnings()},
              {"samples", result.samples},
              {"cost_text_bytes", result.text_bytes}};
  out["dearest"] = described(pack, result.dearest(kDearestShown));
  Json list = Json::array();
  for (std::size_t i = 0; i < result.proofs.size(); ++i) list.push_back(described(pack, result, i));
  out["results"] = std::move(list);
  return dump_json(out, 2) + "\n";
}

std::string rules_test_junit(const RulePack& pack, const RuleTestResult& result) {
  std::map<std::string, std::vector<std::size_t>> files;  // rules by file
  for (std::size_t i = 0; i < result.proofs.size(); ++i) {
    files[pack.rules()[i].rule.place.file].push_back(i);
  }
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dragnet rules\"" +
      counts(result.proofs.size(), result.proofs.size() - result.holding()) + ">\n";
  for (const auto& [file, rules] : files) {
    std::string cases;
    std::size_t failures = 0;
    for (const std::size_t rule : rules) {
      cases += test_case(pack.rules()[rule].rule, result.proofs[rule]);
      failures += result.proofs[rule].holds() ? 0 : 1;
    }
    out += "  <testsuite name=\"" + xml(file) + "\"" + counts(rules.size(), failures) + ">\n" +
           cases + "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace dragnet
