#include "pipeline/assemble.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/hex.h"
#include "findings/permalink.h"
#include "findings/rank.h"
#include "input/files.h"
#include "match/source_map.h"

namespace dragnet {

namespace {

// Of a line, this much to each side of the secret is kept for people to see.
constexpr std::uint64_t kExcerptReach = 400;
// Objects above this are not read again for the sake of a line.
constexpr std::uint64_t kMaxExcerptObject = 64 << 20;
// A file that is larger is read through a temporary file.
constexpr std::uint64_t kMaxExcerptMemory = 4 << 20;

Confidence confidence_of(const Rule& rule, CheckResult check) {
  if (check == CheckResult::kPasses) return Confidence::kConfirmedOffline;
  return rule.generic ? Confidence::kPossible : Confidence::kLikely;
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

  auto order() const {
    const Stay& stay = spot->stay;
    return std::tuple(!commit.has_value(), commit ? commit->date : 0, std::string_view(stay.path),
                      detection.start, detection.end, stay.object, stay.commit, spot->target,
                      spot->kind);
  }
};

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
  // One object may have been detected twice (a tree with two such names): its first place counts.
  using Key = std::tuple<std::uint32_t, ObjectId, std::string>;
  std::map<Key, const Detection*> by_object;
  const auto& objects = state_->collector->objects();
  for (const Detection& detection : detections.value()) {
    const DetectedObject& object = objects[detection.object];
    const auto [at, fresh] =
        by_object.try_emplace(Key(object.target, object.id, object.path), &detection);
    if (!fresh && detection.start < at->second->start) at->second = &detection;
  }
  std::vector<Placed> out;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const Spot& spot = state_->spots[i];
    const bool named = spot.kind == SourceKind::kFile || spot.kind == SourceKind::kRef ||
                       spot.kind == SourceKind::kReflog;
    const auto at = by_object.find(Key(spot.target, spot.stay.object, named ? spot.stay.path : ""));
    if (at == by_object.end()) continue;
    const Detection& detection = *at->second;
    const std::string commit = spot.stay.commit.empty() ? "" : spot.stay.commit.hex();
    if (!judge_.accepts(detection.rule, detection.path_lists,
                        spot.has_path ? ByteView(spot.stay.path) : ByteView(), commit)) {
      continue;
    }
    Placed place{&spot, detection, std::nullopt};
    const auto& commits = state_->targets[spot.target]->commits;
    const auto info =
        commits.find(spot.kind == SourceKind::kTag ? spot.stay.object : spot.stay.commit);
    if (info != commits.end()) place.commit = info->second;
    out.push_back(std::move(place));
  }
  std::sort(out.begin(), out.end(),
            [](const Placed& a, const Placed& b) { return a.order() < b.order(); });
  return out;
}

Finding Assembler::describe(const SecretRecord& record, const std::vector<Placed>& places) const {
  const Rule& rule = state_->pack->rules()[record.rule].rule;
  RankFacts facts;
  facts.sensitivity = rule.sensitivity;
  facts.confidence = confidence_of(rule, record.check);
  facts.placeholder = record.placeholder;
  facts.entropy = record.entropy;
  facts.length = record.secret.size();
  facts.alphabet = alphabet_of(record.secret);
  facts.test_paths_only = true;
  for (const Placed& place : places) {
    const Stay& stay = place.spot->stay;
    facts.companion = facts.companion || place.detection.companion;
    facts.at_tip = facts.at_tip || stay.at_tip;
    facts.in_working_tree = facts.in_working_tree || in_working_tree(*place.spot);
    facts.reachable = facts.reachable || stay.ref_count > 0 || place.spot->kind == SourceKind::kRef;
    if (stay.published) facts.published = facts.published.value_or(false) || *stay.published;
    facts.test_paths_only =
        facts.test_paths_only && place.spot->has_path && is_test_path(stay.path);
  }
  Rank ranked = rank(facts);
  Finding finding;
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

// The bytes that a place is in, as far as they can be read again: `*file` or the session holds
// them.
std::optional<ByteView> Assembler::bytes_of(const Placed& place, FileBytes* file) {
  const Spot& spot = *place.spot;
  TargetRun& run = *state_->targets[spot.target];
  if (spot.kind == SourceKind::kFile) {
    const std::string folder = run.target.kind == TargetKind::kRepository
                                   ? run.target.repository->work_tree()
                                   : run.folder;
    auto source = folder.empty() ? open_file(spot.stay.path) : open_entry(folder + spot.stay.path);
    if (!source || source->size().value_or(kMaxExcerptObject + 1) > kMaxExcerptObject) {
      return std::nullopt;
    }
    auto read = source->read(kMaxExcerptMemory);
    if (!read) return std::nullopt;
    *file = std::move(read).value();
    return file->bytes();
  }
  if (spot.stay.object.empty() || spot.kind == SourceKind::kTree || spot.kind == SourceKind::kRef ||
      !run.session) {
    return std::nullopt;
  }
  const auto header = run.session->header(spot.stay.object);
  if (!header || header->read_cost > kMaxExcerptObject) return std::nullopt;
  auto view = run.session->read(spot.stay.object);
  if (!view) return std::nullopt;
  return view->bytes;
}

// How the secret had to be read. In a source map the strings are named by the files that they are.
std::vector<std::string> Assembler::trail(const Placed& place) {
  const DecodeTrail& trail = place.detection.trail;
  std::vector<std::string> names = trail.names();
  const bool in_string = trail.level(0) == Decoding::kEscapes;
  const bool is_map = place.spot->has_path && place.spot->stay.path.ends_with(".map");
  if (!in_string && !(trail.empty() && is_map)) return names;
  FileBytes file;
  const auto bytes = bytes_of(place, &file);
  const auto source = bytes ? source_at(*bytes, place.detection.start) : std::nullopt;
  if (!source) return names;
  if (!names.empty()) names.erase(names.begin());
  names.insert(names.begin(), "source-map:" + *source);
  return names;
}

Excerpt Assembler::excerpt(const Placed& place) {
  FileBytes file;
  const auto read = bytes_of(place, &file);
  if (!read) return {};
  const ByteView bytes = *read;
  // The file may have changed since: then its line is not shown.
  const Detection& at = place.detection;
  if (at.end > bytes.size() || !at.trail.empty()) return {};
  const auto newline_before = bytes.rfind('\n', at.start == 0 ? 0 : at.start - 1);
  std::uint64_t start =
      newline_before == ByteString::npos || newline_before >= at.start ? 0 : newline_before + 1;
  std::uint64_t end = std::min<std::uint64_t>(bytes.find('\n', at.start), bytes.size());
  start = std::max(start, at.start > kExcerptReach ? at.start - kExcerptReach : 0);
  end = std::min(end, at.start + kExcerptReach);
  Excerpt out;
  out.text = bytes.substr(start, end - start);
  for (const Match& match : state_->scanners[0].scan(bytes)) {
    const std::uint64_t from = std::max(match.start, start);
    const std::uint64_t to = std::min(match.end, end);
    if (from < to) out.secrets.push_back({from - start, to - start});
  }
  const bool masked = std::any_of(out.secrets.begin(), out.secrets.end(), [&](ByteRange range) {
    return range.start <= at.start - start && std::min(at.end, end) - start <= range.end;
  });
  return masked ? out : Excerpt{};
}

Result<Finding> Assembler::build(const RankedSecret& ranked) {
  auto places = placed(ranked.first_spot, ranked.spot_count);
  if (!places) return std::move(places).error();
  const SecretRecord& record = state_->collector->secrets()[ranked.secret];
  Finding finding = describe(record, places.value());
  finding.id = to_hex({reinterpret_cast<const char*>(ranked.id.data()), ranked.id.size()});
  finding.secret = record.secret;
  for (const std::uint32_t rule : record.also) {
    finding.also.push_back(state_->pack->rules()[rule].rule.id);
  }
  const auto plain = std::find_if(places->begin(), places->end(), [](const Placed& place) {
    return place.detection.trail.empty();
  });
  finding.decoded_through = trail(plain != places->end() ? *plain : places->front());
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
  if (state_->options.excerpts) finding.occurrences.front().excerpt = excerpt(places->front());
  return finding;
}

}  // namespace dragnet
