// Joins rule files into one set.
//
// A file is a layer: its own rules over those of the files that it extends, two levels deep as in
// gitleaks. The layers of all files that were asked for are then laid side by side, where an id may
// stand only once. The same file can come in more than once, named and extended: a rule that stands
// at the same place is then the same rule, and its overridden form is the one that counts.
#include "rules/loader.h"

#include <algorithm>
#include <exception>
#include <map>
#include <set>

#include "rules/gitleaks_ids.h"
#include "rules/references.h"
#include "rules/rule_file.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::size_t kMaxExtendDepth = 2;

// A rule with what inheritance did to it.
struct Layered {
  RuleDraft draft;
  SourcePlace origin;      // where the rule was first written
  SourcePlace overridden;  // where it was overridden last; no file: nowhere
};

struct Layer {
  std::map<std::string, Layered> rules;
  std::map<std::string, Layered> disabled;  // kept at hand, as another rule may require one
  std::vector<Allowlist> allowlists;
  std::vector<std::string> notes;
};

Error duplicate_id(const std::string& id, const Layered& first, const Layered& second) {
  const auto place = [](const Layered& rule) {
    return (rule.overridden.file.empty() ? rule.origin : rule.overridden).text();
  };
  return usage_error(
      place(second) + ": rule " + quoted(id) + ": the id is taken, in " + place(first),
      "give one of the two another id, or let one file extend the other");
}

bool same_place(const SourcePlace& a, const SourcePlace& b) {
  return a.file == b.file && a.line == b.line;
}

// Moves `from` to the side of `*into`.
std::optional<Error> join(Layer from, Layer* into) {
  for (auto& [id, rule] : from.rules) {
    const auto [place, fresh] = into->rules.try_emplace(id, std::move(rule));
    if (fresh) continue;
    Layered& first = place->second;
    if (!same_place(first.origin, rule.origin)) return duplicate_id(id, first, rule);
    if (rule.overridden.file.empty()) continue;
    if (!first.overridden.file.empty() && !same_place(first.overridden, rule.overridden)) {
      return duplicate_id(id, first, rule);
    }
    first = std::move(rule);
  }
  into->disabled.merge(from.disabled);
  // Places tell a list that came in twice, but not two lists of one file: those can share a line.
  std::set<std::string> there;
  for (const Allowlist& list : into->allowlists) there.insert(list.place.text());
  for (Allowlist& list : from.allowlists) {
    if (!there.contains(list.place.text())) into->allowlists.push_back(std::move(list));
  }
  into->notes.insert(into->notes.end(), from.notes.begin(), from.notes.end());
  return std::nullopt;
}

// "config/rules.toml" and "base.toml" give "config/base.toml".
std::string resolve(const std::string& extending_file, std::string path) {
  if (path.starts_with('/')) return path;
  while (path.starts_with("./")) path.erase(0, 2);
  const std::size_t slash = extending_file.rfind('/');
  return slash == std::string::npos ? path : extending_file.substr(0, slash + 1) + path;
}

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options) {}

  // `chain` names the files that led here, the outermost first.
  Result<Layer> load(const RuleFile& file, std::vector<std::string>* chain) {
    if (std::find(chain->begin(), chain->end(), file.name) != chain->end()) {
      std::string path;
      for (const std::string& name : *chain) path += printable(name) + " -> ";
      return usage_error(printable(chain->back()) + ": [extend]: the files extend each other: " +
                             path + printable(file.name),
                         "break the circle");
    }
    auto parsed = parse_rule_file(file, options_.strict_ids);
    if (!parsed) return parsed.error();
    chain->push_back(file.name);
    auto layer = load_bases(*parsed, chain);
    chain->pop_back();
    if (!layer) return layer;
    disable(*parsed, &layer.value());
    overlay(std::move(parsed).value(), &layer.value());
    return layer;
  }

 private:
  Result<Layer> load_bases(const ParsedRuleFile& file, std::vector<std::string>* chain) {
    Layer out;
    if (file.extend_path.empty() && !file.extend_default) return out;
    const std::string where = SourcePlace{file.name, file.extend_line}.text() + ": [extend]: ";
    if (chain->size() > kMaxExtendDepth) {
      return usage_error(where + "files extend each other more than " +
                             std::to_string(kMaxExtendDepth) + " levels deep",
                         "join two of the files");
    }
    if (file.extend_default) {
      for (const RuleFile& base : default_rule_files()) {
        auto layer = load(base, chain);
        if (!layer) return layer;
        if (auto error = join(std::move(layer).value(), &out)) return *std::move(error);
      }
      return out;
    }
    const std::string path = resolve(file.name, file.extend_path);
    if (!options_.read_file) {
      return usage_error(where + quoted(path) + " cannot be read here",
                         "only files that stand on their own are allowed");
    }
    auto base = options_.read_file(path);
    // gitleaks looks where it is run, which for most files is where they lie.
    if (!base && path != file.extend_path) {
      if (auto beside = options_.read_file(file.extend_path)) base = std::move(beside);
    }
    if (!base) return usage_error(where + base.error().message, base.error().hint);
    return load(*base, chain);
  }

  // The ids that a file means by `id`: it alone, or where it extends the default rules and speaks
  // of one of gitleaks's, those of ours that find the same.
  static std::vector<std::string> meant(const ParsedRuleFile& file, const std::string& id,
                                        const Layer& layer) {
    if (!file.extend_default || layer.rules.contains(id)) return {id};
    std::vector<std::string> out;
    for (const auto& [theirs, ours] : ours_for(id)) {
      if (layer.rules.contains(std::string(ours))) out.emplace_back(ours);
    }
    if (out.empty()) out.push_back(id);
    return out;
  }

  static void disable(const ParsedRuleFile& file, Layer* layer) {
    for (const std::string& name : file.disabled_rules) {
      for (const std::string& id : meant(file, name, *layer)) {
        auto rule = layer->rules.extract(id);
        if (rule.empty()) {
          layer->notes.push_back(
              SourcePlace{file.name, file.extend_line}.text() +
              ": [extend]: 'disabledRules' names no rule of the extended file: " + quoted(name));
        } else {
          layer->disabled.insert(std::move(rule));
        }
      }
    }
  }

  // Turns the targets of a list into our rules. False where there were some and are none left.
  static bool aim(const ParsedRuleFile& file, Allowlist* list, Layer* layer) {
    if (!file.extend_default || list->target_rules.empty()) return true;
    std::vector<std::string> targets;
    for (const std::string& name : list->target_rules) {
      for (std::string& id : meant(file, name, *layer)) {
        if (layer->rules.contains(id) || ours_for(id).empty()) {
          targets.push_back(std::move(id));
        } else {
          layer->notes.push_back(list->place.text() + ": allowlist: its target " + quoted(name) +
                                 " is a rule of gitleaks that is not among ours");
        }
      }
    }
    list->target_rules = std::move(targets);
    return !list->target_rules.empty();
  }

  // Writes `draft` over the rule of that id; false where there is none.
  static bool write_over(const RuleDraft& draft, const std::string& id, Layer* layer) {
    const auto base = layer->rules.find(id);
    if (base == layer->rules.end()) return false;
    override_rule(draft, &base->second.draft);
    base->second.overridden = draft.rule.place;
    return true;
  }

  static void overlay(ParsedRuleFile file, Layer* layer) {
    for (RuleDraft& draft : file.rules) {
      const std::string id = draft.rule.id;
      const SourcePlace place = draft.rule.place;
      const bool amends = draft.rule.regex.empty() && draft.rule.path.empty();
      bool done = false;
      if (amends) {
        for (const std::string& base : meant(file, id, *layer)) {
          done = write_over(draft, base, layer) || done;
        }
      } else {
        done = write_over(draft, id, layer);
      }
      if (done) continue;
      if (amends && file.extend_default && !ours_for(id).empty()) {
        layer->notes.push_back(
            place.text() + ": rule " + quoted(id) +
            ": left out, as it amends a rule of gitleaks that is not among ours");
        continue;
      }
      apply_defaults(file.defaults, &draft);
      layer->rules.emplace(id, Layered{std::move(draft), place, {}});
    }
    for (Allowlist& list : file.allowlists) {
      if (!aim(file, &list, layer)) continue;
      layer->allowlists.push_back(std::move(list));
    }
    layer->notes.insert(layer->notes.end(), file.notes.begin(), file.notes.end());
  }

  const LoadOptions& options_;
};

// What can be said of a rule only when all that it inherits is known.
std::optional<Error> check_rule(const Rule& rule) {
  const std::string where = rule.place.text() + ": rule " + quoted(rule.id) + ": ";
  if (rule.regex.empty() && rule.path.empty()) {
    return usage_error(where + "has neither 'regex' nor 'path'", "give it one of them");
  }
  // No more groups than opening brackets; match/, which parses the regex, knows the exact number.
  const auto brackets = std::count(rule.regex.begin(), rule.regex.end(), '(');
  if (!rule.regex.empty() && rule.secret_group > brackets) {
    return usage_error(where + "'secretGroup' is " + std::to_string(rule.secret_group) +
                           ", but the regex has no more than " + std::to_string(brackets) +
                           " groups",
                       "count the opening brackets");
  }
  return std::nullopt;
}

// A rule that was disabled in one file and came in with another is gone; one that was disabled and
// is required stays without being reported.
void settle_disabled(const std::map<std::string, Layered>& disabled, Layer* layer, RuleMap* rules,
                     RuleSet* out) {
  std::set<std::string> dropped;
  for (const auto& [id, rule] : disabled) {
    const auto there = layer->rules.find(id);
    if (there == layer->rules.end()) {
      rules->emplace(id, rule.draft.rule);
      dropped.insert(id);
    } else if (same_place(there->second.origin, rule.origin) &&
               there->second.overridden.file.empty()) {
      dropped.insert(id);
    }
  }
  keep_rules([&](const Rule& rule) { return !dropped.contains(rule.id); }, rules, &out->allowlists,
             [&](const Rule& kept, const Rule& by) {
               out->notes.push_back(kept.place.text() + ": rule " + quoted(kept.id) +
                                    ": disabled, but " + quoted(by.id) +
                                    " requires it: it is matched and not reported");
             });
}

Result<RuleSet> finish(Layer layer) {
  RuleSet out;
  out.allowlists = std::move(layer.allowlists);
  std::set<std::string_view> said;
  for (const std::string& note : layer.notes) {
    if (said.insert(note).second) out.notes.push_back(note);
  }
  RuleMap rules;
  for (const auto& [id, layered] : layer.rules) rules.emplace(id, layered.draft.rule);
  RuleMap all = rules;  // an arrow to a disabled rule is no mistake
  for (const auto& [id, layered] : layer.disabled) all.emplace(id, layered.draft.rule);
  if (auto error = find_dangling(all, out.allowlists)) return *std::move(error);
  settle_disabled(layer.disabled, &layer, &rules, &out);
  for (auto& [id, rule] : rules) {
    if (auto error = check_rule(rule)) return *std::move(error);
    if (rule.family.empty()) rule.family = id;
    out.rules.push_back(std::move(rule));
  }
  return out;
}

Result<RuleSet> load_all(std::span<const RuleFile> files, const LoadOptions& options) {
  Layer layer;
  for (const RuleFile& file : files) {
    std::vector<std::string> chain;
    auto loaded = Loader(options).load(file, &chain);
    if (!loaded) return loaded.error();
    if (auto error = join(std::move(loaded).value(), &layer)) return *std::move(error);
  }
  return finish(std::move(layer));
}

}  // namespace

std::vector<Error> rule_errors(std::span<const RuleFile> files, const LoadOptions& options) {
  try {
    std::vector<Error> out;
    for (const RuleFile& file : files) {
      auto errors = rule_file_errors(file, options.strict_ids);
      out.insert(out.end(), errors.begin(), errors.end());
    }
    if (!out.empty()) return out;
  } catch (const std::exception& error) {
    return {Error{ErrorKind::kInternal, std::string("rule files: ") + error.what(), {}}};
  }
  const auto loaded = load_rules(files, options);
  if (loaded) return {};
  return {loaded.error()};
}

Result<RuleSet> load_rules(std::span<const RuleFile> files, const LoadOptions& options) {
  // toml++ is built without exceptions, but the standard library and the callback are not.
  try {
    return load_all(files, options);
  } catch (const std::exception& error) {
    return Error{ErrorKind::kInternal, std::string("rule files: ") + error.what(), {}};
  } catch (...) {
    return Error{ErrorKind::kInternal, "rule files: unknown exception", {}};
  }
}

}  // namespace dragnet
