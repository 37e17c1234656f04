#include "pipeline/assemble.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/hex.h"
#include "findings/permalink.h"
#include "findings/rank.h"
#include "pipeline/shown_text.h"
#include "pipeline/suppress.h"

namespace dragnet {

namespace {

Confidence confidence_of(const Rule& rule, CheckResult check) {
  if (check == CheckResult::kPasses) return Confidence::kConfirmedOffline;
  return rule.generic ? Confidence::kPossible : Confidence::kLikely;
}

// What the secret tells by itself, and what its surroundings add.
SecretFacts facts_of(const Rule& rule, const SecretRecord& record) {
  SecretFacts facts = describe_secret(rule.check, record.secret);
  const MatchContext& context = record.context;
  if (!context.account.empty()) facts.account = context.account;
  if (context.expires_at) facts.expires_at = context.expires_at;
  facts.local = facts.local || context.local;
  return facts;
}

bool in_working_tree(const Spot& spot) {
  return spot.kind == SourceKind::kFile || spot.kind == SourceKind::kStdin ||
         (spot.kind == SourceKind::kBlob && spot.has_path && spot.stay.commit.empty());
}

}  // namespace

// A spot that counts, with its place in the object.
struct Assembler::Placed {
  const Spot* spot;
  Detection detection;
  std::optional<CommitInfo> commit;
  Suppression suppression;

  auto order() const {
    const Stay& stay = spot->stay;
    return std::tuple(!commit.has_value(), commit ? commit->date : 0, std::string_view(stay.path),
                      detection.start, detection.end, stay.object, stay.commit, spot->target,
                      spot->kind);
  }
};

std::optional<Finding::Suppressed> Assembler::suppressed_by(const std::vector<Placed>& places) {
  std::vector<Suppression> all;
  all.reserve(places.size());
  for (const Placed& place : places) all.push_back(place.suppression);
  return suppressed_finding(all);
}

void sort_spots(std::vector<Spot>* spots) {
  std::sort(spots->begin(), spots->end(), [](const Spot& a, const Spot& b) {
    const auto key = [](const Spot& spot) {
      return std::tie(spot.stay.secret, spot.target, spot.kind, spot.stay.path, spot.stay.commit,
                      spot.stay.object);
    };
    return key(a) < key(b);
  });
}

Result<std::vector<Assembler::Placed>> Assembler::placed(std::uint32_t first, std::uint32_t count) {
  const std::uint32_t secret = state_->spots[first].stay.secret;
  auto detections = state_->collector->detections(secret);
  if (!detections) return std::move(detections).error();
  // One object may have been detected twice (a tree with two such names): each place counts once.
  using Key = std::tuple<std::uint32_t, ObjectId, std::string>;
  std::map<Key, std::map<std::uint64_t, const Detection*>> by_object;
  const auto& objects = state_->collector->objects();
  for (const Detection& detection : detections.value()) {
    const DetectedObject& object = objects[detection.object];
    auto& places = by_object[Key(object.target, object.id, object.path)];
    const auto [at, fresh] = places.try_emplace(detection.start, &detection);
    if (!fresh && at->second->marker != InlineMarker::kNone) at->second = &detection;
  }
  const auto key_of = [](const Spot& spot) {
    const bool named = spot.kind == SourceKind::kFile || spot.kind == SourceKind::kRef ||
                       spot.kind == SourceKind::kReflog;
    return Key(spot.target, spot.stay.object, named ? spot.stay.path : "");
  };
  // Versions that are no place of their own are part of some stay, and none knows of which.
  std::set<Key> shown;
  for (std::uint32_t i = first; i < first + count; ++i) shown.insert(key_of(state_->spots[i]));
  const bool all_marked = std::all_of(by_object.begin(), by_object.end(), [&](const auto& entry) {
    return shown.contains(entry.first) ||
           std::all_of(entry.second.begin(), entry.second.end(), [](const auto& place) {
             return place.second->marker != InlineMarker::kNone;
           });
  });
  std::vector<Placed> out;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const Spot& spot = state_->spots[i];
    const auto at = by_object.find(key_of(spot));
    if (at == by_object.end()) continue;
    for (const auto& [start, detection] : at->second) {
      if (auto place = place_at(spot, *detection, all_marked)) out.push_back(std::move(*place));
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Placed& a, const Placed& b) { return a.order() < b.order(); });
  return out;
}

// Nothing where the spot's path or commit refuses it.
std::optional<Assembler::Placed> Assembler::place_at(const Spot& spot, const Detection& detection,
                                                     bool all_versions_marked) {
  const std::string commit = spot.stay.commit.empty() ? "" : spot.stay.commit.hex();
  if (!judge_.accepts(detection.rule, detection.path_lists,
                      spot.has_path ? ByteView(spot.stay.path) : ByteView(), commit)) {
    return std::nullopt;
  }
  Placed place{&spot, detection, std::nullopt, {}};
  suppress(state_->collector->secrets()[detection.secret], all_versions_marked, &place);
  const auto& commits = state_->targets[spot.target]->commits;
  const auto info =
      commits.find(spot.kind == SourceKind::kTag ? spot.stay.object : spot.stay.commit);
  if (info != commits.end()) place.commit = info->second;
  return place;
}

// A place is left alone by its marker, or by the file where that names every line of the version
// that the secret stands on.
void Assembler::suppress(const SecretRecord& record, bool all_versions_marked, Placed* place) {
  if (!state_->options.repository_config) return;
  const Detection& at = place->detection;
  if (at.marker != InlineMarker::kNone && all_versions_marked) {
    place->suppression = {Suppression::By::kInline, at.marker, 0};
    return;
  }
  const TargetRun& run = *state_->targets[place->spot->target];
  if (run.ignored.entries() == 0) return;
  const auto& all = state_->pack->rules();
  std::vector<std::string_view> rules = {all[record.rule].rule.id, all[at.rule].rule.id};
  for (const std::uint32_t rule : record.also) rules.push_back(all[rule].rule.id);
  const std::uint32_t line =
      ignored_by_file(run, *place->spot,
                      at.line - std::min<std::uint64_t>(at.lines_before, at.line), at.line, rules);
  if (line == 0 || (at.elsewhere && !all_ignored(record, *place, all_versions_marked, rules)))
    return;
  place->suppression = {Suppression::By::kFile, InlineMarker::kNone, line};
}

bool Assembler::all_ignored(const SecretRecord& record, const Placed& place, bool markers_count,
                            std::span<const std::string_view> rules) {
  const TargetRun& run = *state_->targets[place.spot->target];
  FileBytes file;
  const auto read = read_again(state_, *place.spot, &file);
  if (!read) return false;
  const ByteView bytes = *read;
  bool found = false;
  for (const Match& match : state_->scanners[0].scan(bytes)) {
    const std::string& family = state_->pack->rules()[match.rule].rule.family;
    const Identity identity =
        state_->key.identity(family, canonical_secret(secret_bytes(bytes, match)));
    if (identity != record.identity) continue;
    if (markers_count && match.marker != InlineMarker::kNone) continue;
    found = true;
    const std::uint64_t before = std::min<std::uint64_t>(match.lines_before, match.line);
    if (ignored_by_file(run, *place.spot, match.line - before, match.line, rules) == 0)
      return false;
  }
  return found;
}

Finding Assembler::describe(const SecretRecord& record, const std::vector<Placed>& places) const {
  const Rule& rule = state_->pack->rules()[record.rule].rule;
  RankFacts facts;
  facts.sensitivity = rule.sensitivity;
  facts.confidence = confidence_of(rule, record.check);
  facts.placeholder = record.placeholder;
  facts.log_odds = record.log_odds;
  facts.entropy = record.entropy;
  facts.length = record.secret.size();
  facts.alphabet = alphabet_of(record.secret);
  facts.self_made = is_self_made(rule.category);
  facts.test_path = TestPath::kSurely;
  for (const Placed& place : places) {
    const Stay& stay = place.spot->stay;
    facts.companion = facts.companion || place.detection.companion;
    facts.at_tip = facts.at_tip || stay.at_tip;
    facts.in_working_tree = facts.in_working_tree || in_working_tree(*place.spot);
    facts.reachable = facts.reachable || stay.ref_count > 0 || place.spot->kind == SourceKind::kRef;
    if (stay.published) facts.published = facts.published.value_or(false) || *stay.published;
    const TestPath here = place.spot->has_path ? test_path(stay.path) : TestPath::kNo;
    facts.test_path = std::min(facts.test_path, here);
  }
  const SecretFacts told = facts_of(rule, record);
  facts.placeholder = facts.placeholder || told.placeholder;
  facts.test_mode = told.test_mode;
  facts.local = told.local;
  facts.encrypted = told.encrypted;
  facts.expired = told.expires_at && *told.expires_at <= state_->options.as_of;
  Rank ranked = rank(facts);
  Finding finding;
  if (!told.account.empty()) finding.account = told.account;
  if (!told.detail.empty()) finding.detail = told.detail;
  finding.expires_at = told.expires_at;
  finding.rule = rule.id;
  finding.category = rule.category;
  finding.description = rule.description;
  finding.remediation = rule.remediation;
  finding.sensitivity = rule.sensitivity;
  finding.kind = rule.kind;
  finding.score = ranked.score;
  finding.severity = severity_of(ranked.score);
  finding.confidence = facts.confidence;
  finding.entropy = record.entropy;
  finding.published = facts.published;
  finding.factors = std::move(ranked.factors);
  return finding;
}

Identity Assembler::reported_identity(const SecretRecord& record,
                                      const std::vector<Placed>& places) const {
  if (!state_->key.is_public() || estimated_bits(record.secret) >= kGuessableBits) {
    return record.identity;
  }
  const Placed& first = places.front();
  const Stay& stay = first.spot->stay;
  const std::string place = state_->targets[first.spot->target]->label + '\n' + stay.path + '\n' +
                            stay.object.hex() + '\n' + stay.commit.hex() + '\n' +
                            std::to_string(first.detection.start);
  return state_->key.place_identity(state_->pack->rules()[record.rule].rule.family, place);
}

Result<std::vector<RankedSecret>> Assembler::rank_all() {
  std::vector<RankedSecret> out;
  const auto& spots = state_->spots;
  for (std::uint32_t first = 0; first < spots.size();) {
    std::uint32_t end = first;
    while (end < spots.size() && spots[end].stay.secret == spots[first].stay.secret) ++end;
    auto places = placed(first, end - first);
    if (!places) return std::move(places).error();
    if (!places->empty()) {
      const SecretRecord& record = state_->collector->secrets()[spots[first].stay.secret];
      RankedSecret ranked;
      ranked.secret = spots[first].stay.secret;
      ranked.first_spot = first;
      ranked.spot_count = end - first;
      ranked.score = describe(record, places.value()).score;
      ranked.id = reported_identity(record, places.value());
      if (const auto suppressed = suppressed_by(places.value())) ranked.suppressed = suppressed->by;
      for (const Placed& place : places.value()) {
        if (place.suppression.by != Suppression::By::kFile) continue;
        ++state_->targets[place.spot->target]->places_ignored;
      }
      out.push_back(ranked);
    }
    first = end;
  }
  std::sort(out.begin(), out.end(), [](const RankedSecret& a, const RankedSecret& b) {
    return std::tuple(-a.score, a.id) < std::tuple(-b.score, b.id);
  });
  return out;
}

Occurrence Assembler::occurrence(const Placed& place) const {
  const Spot& spot = *place.spot;
  const Stay& stay = spot.stay;
  const TargetRun& run = *state_->targets[spot.target];
  Occurrence out;
  out.repository = run.label;
  out.object_type = spot.kind;
  if (!stay.object.empty()) out.object = stay.object;
  if (spot.has_path) out.path = stay.path;
  if (!stay.commit.empty()) out.commit = stay.commit;
  if (place.commit) {
    out.author_name = place.commit->author.name;
    out.author_email = place.commit->author.email;
    out.date = place.commit->date;
  }
  out.line = place.detection.line;
  out.column = place.detection.column;
  out.end_line = place.detection.end_line;
  out.end_column = place.detection.end_column;
  out.start = place.detection.start;
  out.end = place.detection.end;
  out.at_tip = stay.at_tip;
  for (const std::uint32_t ref : stay.refs) out.refs.push_back(run.refs[ref].name);
  out.ref_count = stay.ref_count;
  if (spot.kind == SourceKind::kRef) {
    out.refs = {stay.path};
    out.ref_count = 1;
  }
  if (!stay.removed_in.empty()) out.removed_in = stay.removed_in;
  if (out.commit && out.path && spot.kind == SourceKind::kBlob) {
    out.permalink = permalink(run.label, out.commit->hex(), *out.path, out.line);
  }
  return out;
}

Result<Finding> Assembler::build(const RankedSecret& ranked) {
  auto places = placed(ranked.first_spot, ranked.spot_count);
  if (!places) return std::move(places).error();
  const SecretRecord& record = state_->collector->secrets()[ranked.secret];
  Finding finding = describe(record, places.value());
  finding.id = to_hex({reinterpret_cast<const char*>(ranked.id.data()), ranked.id.size()});
  finding.secret = record.secret;
  finding.suppressed = suppressed_by(places.value());
  for (const std::uint32_t rule : record.also) {
    finding.also.push_back(state_->pack->rules()[rule].rule.id);
  }
  const auto plain = std::find_if(places->begin(), places->end(), [](const Placed& place) {
    return place.detection.trail.empty();
  });
  const Placed& shown_place = plain != places->end() ? *plain : places->front();
  finding.decoded_through = shown_trail(state_, *shown_place.spot, shown_place.detection);
  const Rule& rule = state_->pack->rules()[record.rule].rule;
  for (const std::string& family : rule.family_aliases) {
    const Identity alias = state_->key.identity(family, canonical_secret(record.secret));
    finding.aliases.push_back(to_hex({reinterpret_cast<const char*>(alias.data()), alias.size()}));
  }
  finding.occurrence_count = places->size();
  for (const Placed& place : places.value()) {
    if (place.commit && (!finding.first_seen || place.commit->date < *finding.first_seen)) {
      finding.first_seen = place.commit->date;
    }
  }
  const std::uint64_t shown = std::min<std::uint64_t>(
      places->size(), std::max<std::uint64_t>(state_->options.max_occurrences, 1));
  for (std::uint64_t i = 0; i < shown; ++i) {
    finding.occurrences.push_back(occurrence((*places)[i]));
  }
  if (state_->options.excerpts) {
    const Placed& first = places->front();
    finding.occurrences.front().excerpt = shown_excerpt(state_, *first.spot, first.detection);
  }
  return finding;
}

}  // namespace dragnet
