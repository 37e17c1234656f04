#include "match/regex_nfa.h"

#include <algorithm>
#include <utility>

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;

constexpr std::size_t kMaxPlaces = 2000;
constexpr std::size_t kMaxEdges = 60000;
// A repeat is written out this many times, fewer where its body is long; the rest is a loop.
constexpr std::uint32_t kMaxCopies = 48;
constexpr std::size_t kMaxCopiedPlaces = 256;
// And where it may stop after more counts than these, it is a loop after the first one: whoever
// walks the graph would have to remember how many there were, next to all else.
constexpr std::uint32_t kMaxOptional = 4;

// A part of the graph: where it can be entered and left, and whether it can be skipped.
struct Fragment {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> last;
  bool nullable = true;
};

// Assertions are places of their own until the graph is whole; their sets are empty.
struct Graph {
  RegexNfa nfa;             // without `previous`
  std::vector<Kind> kinds;  // of each place: kClass, or the assertion
  bool asserts = false;
};

class Builder {
 public:
  std::optional<Graph> build(const RegexNode& regex) {
    const Fragment whole = fragment(regex);
    if (full_) return std::nullopt;
    for (const std::uint32_t place : whole.first) nfa_.places[place].first = true;
    for (const std::uint32_t place : whole.last) nfa_.places[place].last = true;
    nfa_.nullable = whole.nullable;
    for (RegexNfa::Place& place : nfa_.places) {
      std::sort(place.next.begin(), place.next.end());
      place.next.erase(std::unique(place.next.begin(), place.next.end()), place.next.end());
    }
    const bool asserts =
        std::any_of(kinds_.begin(), kinds_.end(), [](Kind kind) { return kind != Kind::kClass; });
    return Graph{std::move(nfa_), std::move(kinds_), asserts};
  }

 private:
  Fragment fragment(const RegexNode& node) {
    Fragment out;
    if (full_) return out;
    switch (node.kind) {
      case Kind::kClass:
        return place(node.set);
      case Kind::kConcat:
        for (const RegexNode& child : node.children) out = then(std::move(out), fragment(child));
        return out;
      case Kind::kAlternate:
        out.nullable = false;
        for (const RegexNode& child : node.children) out = either(std::move(out), fragment(child));
        return out;
      case Kind::kRepeat:
        return repeat(node);
      case Kind::kWordBoundary:
      case Kind::kTextStart:
      case Kind::kLineStart:
        return place({}, node.kind);
      default:
        return out;
    }
  }

  Fragment place(const ByteSet& set, Kind kind = Kind::kClass) {
    if (nfa_.places.size() >= kMaxPlaces) full_ = true;
    if (full_) return {};
    const auto index = static_cast<std::uint32_t>(nfa_.places.size());
    nfa_.places.emplace_back().set = set;
    kinds_.push_back(kind);
    return {{index}, {index}, false};
  }

  static void append(std::vector<std::uint32_t>* to, const std::vector<std::uint32_t>& from) {
    to->insert(to->end(), from.begin(), from.end());
  }

  void link(const std::vector<std::uint32_t>& from, const std::vector<std::uint32_t>& to) {
    edges_ += from.size() * to.size();
    if (edges_ > kMaxEdges) full_ = true;
    if (full_) return;
    for (const std::uint32_t place : from) append(&nfa_.places[place].next, to);
  }

  Fragment then(Fragment a, Fragment b) {
    link(a.last, b.first);
    if (a.nullable) append(&a.first, b.first);
    if (b.nullable) append(&b.last, a.last);
    return {std::move(a.first), std::move(b.last), a.nullable && b.nullable};
  }

  static Fragment either(Fragment a, const Fragment& b) {
    append(&a.first, b.first);
    append(&a.last, b.last);
    a.nullable = a.nullable || b.nullable;
    return a;
  }

  Fragment loop(Fragment body) {
    link(body.last, body.first);
    return body;
  }

  Fragment repeat(const RegexNode& node) {
    if (node.max == 0) return {};
    const RegexNode& child = node.children[0];
    const std::size_t before = nfa_.places.size();
    Fragment body = fragment(child);
    const std::size_t size = std::max<std::size_t>(nfa_.places.size() - before, 1);
    const auto copies =
        static_cast<std::uint32_t>(std::clamp<std::size_t>(kMaxCopiedPlaces / size, 1, kMaxCopies));
    if (node.max > copies || node.max - node.min > kMaxOptional) {
      // As many as must be there, up to the limit, of which the last one loops.
      const bool skip = node.min == 0;
      Fragment out = body;
      const std::uint32_t count = std::clamp<std::uint32_t>(node.min, 1, copies);
      for (std::uint32_t i = 1; i < count && !full_; ++i) {
        if (i + 1 == count)
          body = fragment(child), out = then(std::move(out), loop(body));
        else
          out = then(std::move(out), fragment(child));
      }
      if (count == 1) out = loop(std::move(out));
      out.nullable = out.nullable || skip;
      return out;
    }
    // X{2,4} as X X (X (X)?)?, the optional ones from the inside out.
    Fragment tail;
    const std::uint32_t extra = node.max - std::max(node.min, 1U);
    for (std::uint32_t i = 0; i < extra && !full_; ++i) {
      tail = then(fragment(child), std::move(tail));
      tail.nullable = true;
    }
    for (std::uint32_t i = 1; i < node.min && !full_; ++i) {
      tail = then(fragment(child), std::move(tail));
    }
    Fragment out = then(std::move(body), std::move(tail));
    out.nullable = out.nullable || node.min == 0;
    return out;
  }

  RegexNfa nfa_;
  std::vector<Kind> kinds_;
  std::size_t edges_ = 0;
  bool full_ = false;
};

}  // namespace

bool is_word_byte(std::size_t byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte >= 'a' && byte <= 'z');
}

namespace {

ByteSet word_bytes() {
  ByteSet set;
  for (std::size_t byte = 0; byte < set.size(); ++byte) set.set(byte, is_word_byte(byte));
  return set;
}

// Has edges stand for what the assertions on them say.
class Resolver {
 public:
  explicit Resolver(const Graph& graph)
      : graph_(graph), raw_(graph.nfa.places), word_(word_bytes()) {}

  std::optional<RegexNfa> resolve() {
    Places starts;
    for (std::uint32_t place = 0; place < raw_.size(); ++place) {
      if (raw_[place].first) starts.push_back(place);
    }
    const Ways from_start = ways(starts);
    std::vector<Ways> from(raw_.size());
    for (std::uint32_t place = 0; place < raw_.size(); ++place) {
      if (graph_.kinds[place] == Kind::kClass) from[place] = ways(raw_[place].next);
    }
    split(from_start, from);
    out_.nullable = graph_.nfa.nullable || from_start.ends;
    for (const Way& way : from_start.to) start(way);
    for (std::uint32_t place = 0; place < raw_.size(); ++place) {
      for (const std::uint32_t part : parts_[place]) {
        out_.places[part].last = raw_[place].last || from[place].ends;
        for (const Way& way : from[place].to) link(part, way);
      }
    }
    if (edges_ > kMaxEdges || out_.places.size() > kMaxPlaces) return std::nullopt;
    return std::move(out_);
  }

 private:
  using Places = std::vector<std::uint32_t>;
  struct Way {
    std::uint32_t place;
    bool boundary;  // what is asked for before it
    bool text_start;
    bool line_start;
  };
  struct Ways {
    std::vector<Way> to;
    bool ends = false;  // the match can end here, over assertions
  };

  // Over assertions to places that read.
  Ways ways(const Places& next) const {
    Ways out;
    std::vector<Way> open;
    std::vector<bool> seen;
    for (const std::uint32_t place : next) {
      if (graph_.kinds[place] == Kind::kClass) {
        out.to.push_back({place, false, false, false});
      } else {
        open.push_back({place, false, false, false});
      }
    }
    if (!open.empty()) seen.resize(raw_.size() * 8);
    while (!open.empty()) {
      Way way = open.back();
      open.pop_back();
      const Kind kind = graph_.kinds[way.place];
      if (kind == Kind::kClass) {
        out.to.push_back(way);
        continue;
      }
      way.boundary = way.boundary || kind == Kind::kWordBoundary;
      way.text_start = way.text_start || kind == Kind::kTextStart;
      way.line_start = way.line_start || kind == Kind::kLineStart;
      out.ends = out.ends || raw_[way.place].last;
      for (const std::uint32_t further : raw_[way.place].next) {
        const std::size_t state = std::size_t{further} * 8 + (way.boundary ? 4 : 0) +
                                  (way.text_start ? 2 : 0) + (way.line_start ? 1 : 0);
        if (seen[state]) continue;
        seen[state] = true;
        open.push_back({further, way.boundary, way.text_start, way.line_start});
      }
    }
    return out;
  }

  void split(const Ways& from_start, const std::vector<Ways>& from) {
    std::vector<bool> asked(raw_.size());
    for (const Way& way : from_start.to) {
      if (way.boundary) asked[way.place] = true;
    }
    for (std::uint32_t place = 0; place < raw_.size(); ++place) {
      for (const Way& way : from[place].to) {
        if (way.boundary) asked[place] = asked[way.place] = true;
      }
    }
    parts_.resize(raw_.size());
    for (std::uint32_t place = 0; place < raw_.size(); ++place) {
      if (graph_.kinds[place] != Kind::kClass) continue;
      const ByteSet& set = raw_[place].set;
      if (asked[place] && (set & word_).any() && (set & ~word_).any()) {
        add_part(place, set & word_);
        add_part(place, set & ~word_);
      } else {
        add_part(place, set);
      }
    }
  }

  void add_part(std::uint32_t place, const ByteSet& set) {
    parts_[place].push_back(static_cast<std::uint32_t>(out_.places.size()));
    out_.places.emplace_back().set = set;
  }

  bool reads_word(std::uint32_t part) const { return (out_.places[part].set & word_).any(); }

  // A match can start over `way`.
  void start(const Way& way) {
    for (const std::uint32_t part : parts_[way.place]) {
      ByteSet front = ByteSet().set();
      if (way.boundary) front = reads_word(part) ? ~word_ : word_;
      if (way.text_start) front.reset();
      if (way.line_start) front &= ByteSet().set('\n');
      RegexNfa::Place& place = out_.places[part];
      place.front = place.first ? place.front | front : front;
      place.first = true;
    }
  }

  void link(std::uint32_t part, const Way& way) {
    RegexNfa::Place& place = out_.places[part];
    if (way.text_start || (way.line_start && !place.set['\n'])) return;
    for (const std::uint32_t next : parts_[way.place]) {
      if (way.boundary && reads_word(part) == reads_word(next)) continue;
      ++edges_;
      place.next.push_back(next);
    }
  }

  const Graph& graph_;
  const std::vector<RegexNfa::Place>& raw_;
  ByteSet word_;
  std::vector<Places> parts_;  // by place of the graph
  RegexNfa out_;
  std::size_t edges_ = 0;
};

}  // namespace

std::optional<RegexNfa> build_nfa(const RegexNode& regex) {
  auto graph = Builder().build(regex);
  if (!graph) return std::nullopt;
  auto nfa = graph->asserts ? Resolver(*graph).resolve() : std::move(graph->nfa);
  if (!nfa) return std::nullopt;
  for (std::uint32_t i = 0; i < nfa->places.size(); ++i) {
    std::vector<std::uint32_t>& next = nfa->places[i].next;
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    for (const std::uint32_t place : next) nfa->places[place].previous.push_back(i);
  }
  return nfa;
}

}  // namespace dragnet
