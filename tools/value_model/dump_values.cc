// What the value model is fitted on: every value that the generic rules find in files, secret or
// not, with its features, but for what is ruled out before the model is asked.
//
//   dump_values RULES.toml... < LIST-OF-FILES > VALUES.jsonl
//
// One JSON object a value: file, line, rule, the parts of its name and the features by name. Values
// themselves are printed with --values only, to look at; never put such output into a repository.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/json.h"
#include "match/confirm.h"
#include "match/judge.h"
#include "match/language_model.h"
#include "match/value_features.h"
#include "match/value_odds.h"
#include "rules/loader.h"

namespace dragnet {
namespace {

struct Found {
  std::uint32_t rule;
  Confirmed place;
};

std::vector<Found> find_values(const RulePack& pack, ByteView text) {
  std::vector<Found> all;
  for (std::uint32_t i = 0; i < pack.rules().size(); ++i) {
    const CompiledRule& rule = pack.rules()[i];
    if (!rule.words.empty()) {
      for (std::uint64_t end = 1; end <= text.size(); ++end) {
        const auto found = confirm_anchor(pack, i, text, end);
        if (!found) continue;
        if (all.empty() || all.back().rule != i || all.back().place.start != found->start) {
          all.push_back({i, *found});
        }
      }
    } else if (rule.rule.check == kValueModelCheck) {
      for (const Confirmed& found : confirm_whole(pack, i, text)) all.push_back({i, found});
    }
  }
  return all;
}

void print_value(const RulePack& pack, const std::string& file, ByteView text, const Found& found,
                 bool values) {
  const CompiledRule& rule = pack.rules()[found.rule];
  const Assignment assignment = assignment_of(rule, text, found.place);
  const ValueFeatures features = value_features(LanguageModel::standard(), text, assignment);
  const auto line =
      1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(found.place.start), '\n');
  const auto last =
      1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(found.place.end), '\n');
  Json out;
  out["file"] = file;
  out["line"] = line;
  out["end_line"] = last;
  out["rule"] = rule.rule.id;
  const ByteView line_text = text.substr(text.rfind('\n', found.place.start) + 1);
  out["column"] = text.size() - line_text.size() <= found.place.start
                      ? found.place.start - (text.size() - line_text.size())
                      : 0;
  out["size"] = found.place.end - found.place.start;
  out["parts"] = Json::array();
  const ByteView name =
      text.substr(assignment.name_start, assignment.name_end - assignment.name_start);
  for (const std::string& part : name_parts(name)) out["parts"].push_back(part);
  out["x"] = Json::array();
  for (const float value : features) out["x"].push_back(value);
  if (values) {
    out["value"] = std::string(text.substr(found.place.start, found.place.end - found.place.start));
    out["name"] = std::string(name);
  }
  std::cout << out.dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
}

int run(const std::vector<std::string>& paths, bool values) {
  std::vector<RuleFile> files;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    files.push_back({path, ByteString(std::istreambuf_iterator<char>(in), {})});
  }
  auto rules = load_rules(files);
  if (!rules) {
    std::cerr << rules.error().message << '\n';
    return 2;
  }
  auto pack = RulePack::compile(std::move(rules).value());
  if (!pack) {
    std::cerr << pack.error().message << '\n';
    return 2;
  }
  Json names = Json::array();
  for (std::size_t i = 0; i < kValueFeatures; ++i) names.push_back(std::string(feature_name(i)));
  std::cout << names.dump() << '\n';
  std::string file;
  while (std::getline(std::cin, file)) {
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    for (const Found& found : find_values(**pack, text)) {
      if (ruled_out(**pack, found.rule, text, found.place, file)) continue;
      print_value(**pack, file, text, found, values);
    }
  }
  return 0;
}

}  // namespace
}  // namespace dragnet

int main(int argc, char** argv) {
  std::vector<std::string> files;
  bool values = false;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--values") {
      values = true;
    } else {
      files.emplace_back(argv[i]);
    }
  }
  return dragnet::run(files, values);
}
