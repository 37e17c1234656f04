#include "match/hyperscan.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "match/anchor_places.h"
#include "match/pack_codec.h"
#include "match/piece.h"
#include "match/regex_ast.h"

namespace dragnet {

namespace {

Error refused(const char* what, hs_error_t code) {
  return {ErrorKind::kInternal,
          std::string("Hyperscan: ") + what + " failed with code " + std::to_string(code), ""};
}

// A pattern of our own in every database, of two bytes that stand next to each other in no text and
// seldom elsewhere. Hyperscan lets its literal matcher look at every second or fourth byte only
// where no literal has less than three, which pays for few literals and not for a thousand: with
// this one it looks at every byte, and the default rules' literals go from 610 to 1,760 MB/s.
constexpr const char* kPacer = "\\xf5\\xc1";
constexpr unsigned kPacerId = ~0U;

struct HitSink {
  ByteView text;
  const std::vector<AnchorGlance>& glances;
  std::vector<AnchorHit>* hits;
  bool failed;
};

// No exception may cross the C library: running out of memory stops the scan and is told after it.
int on_match(unsigned int id, unsigned long long, unsigned long long to, unsigned int,
             void* context) noexcept {
  auto* sink = static_cast<HitSink*>(context);
  if (id == kPacerId) return 0;
  if (id < sink->glances.size()) {
    to = sink->glances[id].anchor_end(sink->text, to);
    if (to == 0) return 0;
  }
  try {
    sink->hits->push_back({id, static_cast<std::uint32_t>(to)});
  } catch (const std::bad_alloc&) {
    sink->failed = true;
    return 1;
  }
  return 0;
}

// What the pattern matches, where that is no more than some literals; else nothing.
std::vector<Literal> literals_of(const std::string& pattern) {
  std::vector<Literal> out;
  const auto tree = parse_regex(pattern);
  if (!tree) return out;
  const bool many = tree.value().kind == RegexNode::Kind::kAlternate;
  const std::span<const RegexNode> nodes =
      many ? std::span<const RegexNode>(tree.value().children) : std::span(&tree.value(), 1);
  for (const RegexNode& node : nodes) {
    const auto piece = asserts(node) ? std::nullopt : whole_piece(node);
    if (!piece || piece->literals.empty()) return {};
    out.insert(out.end(), piece->literals.begin(), piece->literals.end());
  }
  return out;
}

}  // namespace

void HyperscanDatabase::Free::operator()(hs_database* database) const {
  hs_free_database(database);
}

void HyperscanScratch::Free::operator()(hs_scratch* scratch) const { hs_free_scratch(scratch); }

Status HyperscanDatabase::compile_rest(std::span<const std::string> patterns,
                                       std::span<const unsigned> wanted, std::size_t* bad_pattern) {
  if (wanted.empty()) return ok_status();
  std::vector<const char*> texts;
  std::vector<unsigned> ids(wanted.begin(), wanted.end());
  texts.reserve(wanted.size() + 1);
  for (const unsigned id : wanted) texts.push_back(patterns[id].c_str());
  ids.push_back(kPacerId);
  texts.push_back(kPacer);
  const std::vector<unsigned> flags(texts.size(), HS_FLAG_DOTALL);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code =
      hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error);
  if (code != HS_SUCCESS) {
    std::string why = error != nullptr ? error->message : "no reason given";
    const bool known = error != nullptr && error->expression >= 0 &&
                       static_cast<std::size_t>(error->expression) < wanted.size();
    *bad_pattern = known ? wanted[static_cast<std::size_t>(error->expression)] : patterns.size();
    hs_free_compile_error(error);
    return usage_error("Hyperscan refuses it: " + why);
  }
  database_.reset(database);
  return ok_status();
}

Result<HyperscanDatabase> HyperscanDatabase::compile(std::span<const std::string> patterns,
                                                     std::size_t* bad_pattern,
                                                     std::vector<AnchorGlance> glances) {
  HyperscanDatabase out;
  std::vector<LiteralMatcher::Pattern> literals;
  std::vector<unsigned> rest;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const auto id = static_cast<unsigned>(i);
    LiteralMatcher::Pattern pattern{id, literals_of(patterns[i]),
                                    i < glances.size() ? &glances[i] : nullptr};
    if (LiteralMatcher::takes(pattern)) {
      literals.push_back(std::move(pattern));
    } else {
      rest.push_back(id);
    }
  }
  out.literals_ = LiteralMatcher::build(literals);
  if (auto status = out.compile_rest(patterns, rest, bad_pattern); !status) {
    return std::move(status).error();
  }
  out.glances_ = std::move(glances);
  return out;
}

Result<HyperscanDatabase> HyperscanDatabase::deserialize(ByteView bytes) {
  HyperscanDatabase out;
  PackReader reader(bytes);
  std::string database;
  reader(out.literals_);
  reader(database);
  if (!reader.complete() || !out.literals_.consistent()) {
    return unreadable_error("a database of anchors is damaged");
  }
  if (database.empty()) return out;
  hs_database_t* rest = nullptr;
  const hs_error_t code = hs_deserialize_database(database.data(), database.size(), &rest);
  if (code != HS_SUCCESS) return refused("reading a database", code);
  out.database_.reset(rest);
  return out;
}

Result<ByteString> HyperscanDatabase::serialize() const {
  std::string database;
  if (database_) {
    char* bytes = nullptr;
    std::size_t size = 0;
    const hs_error_t code = hs_serialize_database(database_.get(), &bytes, &size);
    if (code != HS_SUCCESS) return refused("writing a database", code);
    database.assign(bytes, size);
    std::free(bytes);  // NOLINT: allocated by the library with malloc
  }
  PackWriter writer;
  writer(const_cast<LiteralMatcher&>(literals_));  // NOLINT: the writer only reads
  writer(database);
  return writer.take();
}

std::size_t HyperscanDatabase::size() const {
  std::size_t size = 0;
  if (database_ && hs_database_size(database_.get(), &size) != HS_SUCCESS) size = 0;
  return size + literals_.size();
}

std::string HyperscanDatabase::platform() {
  std::string text = std::string(hs_version());
  hs_platform_info_t info{};
  if (hs_populate_platform(&info) == HS_SUCCESS) {
    text += " tune " + std::to_string(info.tune) + " features " + std::to_string(info.cpu_features);
  }
  return text;
}

Result<HyperscanScratch> HyperscanScratch::allocate(const HyperscanDatabase& database) {
  hs_scratch_t* scratch = nullptr;
  if (database.get() == nullptr) return HyperscanScratch(scratch);
  const hs_error_t code = hs_alloc_scratch(database.get(), &scratch);
  if (code != HS_SUCCESS) return refused("allocating scratch", code);
  return HyperscanScratch(scratch);
}

void HyperscanScratch::scan_text(const HyperscanDatabase& database, ByteView text,
                                 std::vector<AnchorHit>* hits) const {
  database.literals().scan(text, database.glances(), hits);
  if (database.get() == nullptr) return;
  HitSink sink{text, database.glances(), hits, false};
  const hs_error_t code = hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()),
                                  0, scratch_.get(), on_match, &sink);
  if (sink.failed || code == HS_NOMEM) throw std::bad_alloc();
  if (code != HS_SUCCESS) throw std::runtime_error(refused("searching a text", code).message);
}

void HyperscanScratch::scan(const HyperscanDatabase& database, ByteView bytes,
                            std::vector<AnchorHit>* hits,
                            std::span<const std::uint64_t> starts) const {
  if (starts.empty()) {
    scan_text(database, bytes, hits);
    return;
  }
  // Each text alone: what stands at its edges is none of its neighbours'.
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] : bytes.size();
    std::size_t known = hits->size();
    scan_text(database, bytes.substr(starts[i], end - starts[i] - 1), hits);
    for (; known < hits->size(); ++known) {
      (*hits)[known].end += static_cast<std::uint32_t>(starts[i]);
    }
  }
}

}  // namespace dragnet
