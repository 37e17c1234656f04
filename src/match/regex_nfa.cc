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

class Builder {
 public:
  std::optional<RegexNfa> build(const RegexNode& regex) {
    const Fragment whole = fragment(regex);
    if (full_) return std::nullopt;
    for (const std::uint32_t place : whole.first) nfa_.places[place].first = true;
    for (const std::uint32_t place : whole.last) nfa_.places[place].last = true;
    nfa_.nullable = whole.nullable;
    for (RegexNfa::Place& place : nfa_.places) {
      std::sort(place.next.begin(), place.next.end());
      place.next.erase(std::unique(place.next.begin(), place.next.end()), place.next.end());
    }
    for (std::uint32_t i = 0; i < nfa_.places.size(); ++i) {
      for (const std::uint32_t next : nfa_.places[i].next) {
        nfa_.places[next].previous.push_back(i);
      }
    }
    return std::move(nfa_);
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
      default:
        return out;
    }
  }

  Fragment place(const ByteSet& set) {
    if (nfa_.places.size() >= kMaxPlaces) full_ = true;
    if (full_) return {};
    const auto index = static_cast<std::uint32_t>(nfa_.places.size());
    nfa_.places.emplace_back().set = set;
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
  std::size_t edges_ = 0;
  bool full_ = false;
};

}  // namespace

std::optional<RegexNfa> build_nfa(const RegexNode& regex) { return Builder().build(regex); }

}  // namespace dragnet
