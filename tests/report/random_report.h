// Random findings and summaries in whose every string the caller's text may stand.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "report/sample_findings.h"

namespace dragnet::testing {

using TextMaker = std::function<std::string()>;

inline Occurrence random_occurrence(std::mt19937* random, const TextMaker& text) {
  Occurrence o;
  const auto maybe = [random] { return (*random)() % 2 == 0; };
  o.repository = text();
  if (maybe()) o.permalink = text();
  if (maybe()) o.object = object_id('a');
  o.object_type = static_cast<SourceKind>((*random)() % 9);
  if (maybe()) o.path = text();
  if (maybe()) o.commit = object_id('b');
  o.author_name = text();
  o.author_email = text();
  if (maybe()) o.date = static_cast<std::int64_t>((*random)());
  o.line = (*random)() % 3;
  o.column = (*random)() % 3;
  o.end_line = (*random)() % 3;
  o.end_column = (*random)() % 3;
  o.start = (*random)() % 9;
  o.end = (*random)() % 9;
  o.at_tip = maybe();
  for (std::size_t n = (*random)() % 4; n > 0; --n) o.refs.push_back("refs/heads/" + text());
  o.ref_count = o.refs.size() + (*random)() % 3;
  if (maybe()) o.removed_in = object_id('c');
  o.excerpt.text = text();
  return o;
}

inline Finding random_finding(std::mt19937* random, const TextMaker& text,
                              const std::string& secret) {
  Finding f;
  f.id = std::string(32, '7');
  f.rule = "some-rule";
  f.description = "Some rule";
  f.remediation = "Revoke it.";
  f.score = static_cast<int>((*random)() % 101);
  f.severity = severity_of(f.score);
  f.secret = secret;
  f.decoded_through = {text()};
  f.account = text();
  f.detail = text();
  f.owners = {text()};
  f.factors = {{"factor", text(), 0.5}};
  for (std::size_t n = 1 + (*random)() % 3; n > 0; --n) {
    f.occurrences.push_back(random_occurrence(random, text));
  }
  f.occurrence_count = f.occurrences.size();
  return f;
}

inline Summary random_summary(const TextMaker& text) {
  Summary s = complete_summary();
  s.targets = {text(), text()};
  s.incomplete = {{"", text(), text()}, {std::string(40, 'a'), "", text()}};
  s.config_applied = {text()};
  s.notes = {text()};
  return s;
}

}  // namespace dragnet::testing
