#include "match/anchor.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "match/regex_ast.h"

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;
using Width = std::optional<std::uint32_t>;  // none: unbounded

// Beyond this a bounded width is no help: confirm may as well take the whole blob.
constexpr std::uint32_t kWidthCap = 1 << 20;
// A regex text longer than this is no anchor that anybody wants compiled.
constexpr std::size_t kMaxText = 2048;
// Bytes are not independent: in words a letter follows a letter, in operators punctuation follows
// punctuation, and what is in a token's alphabet stands beside more of it. After a byte of its own
// kind, a byte's rate is taken to be at least this.
constexpr double kLetterAfterLetter = 0.25;
constexpr double kByteAfterByte = 0.08;
constexpr double kTokenAfterToken = 0.7;
constexpr double kTokenAfterByte = 0.3;
// Share of the places before a word byte that are a word boundary.
constexpr double kBoundaryShare = 0.3;
// What the anchor costs: its rate, a little for each byte up to the free width (so that it stops
// growing once it is rare), and beyond that what a byte of margin costs in a delta scan (5 ms on
// git's history, as much as 3.7 hits a megabyte).
constexpr double kFreeByteCost = 1e-7;
constexpr double kWideByteCost = 5e-5;
// An anchor that fires on every third byte is none.
constexpr double kHopelessRate = 0.3;

Width add(Width a, Width b) {
  if (!a || !b || *a + *b > kWidthCap) return std::nullopt;
  return *a + *b;
}

Width times(Width a, std::uint32_t n) {
  if (a && *a == 0) return 0;
  if (!a || n == RegexNode::kUnbounded) return std::nullopt;
  const std::uint64_t product = std::uint64_t{*a} * n;
  if (product > kWidthCap) return std::nullopt;
  return static_cast<std::uint32_t>(product);
}

Width widest(Width a, Width b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

// Greatest number of bytes that the node can match.
Width max_width(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kClass: return 1;
    case Kind::kConcat: {
      Width sum = 0;
      for (const RegexNode& child : node.children) sum = add(sum, max_width(child));
      return sum;
    }
    case Kind::kAlternate: {
      Width most = 0;
      for (const RegexNode& child : node.children) most = widest(most, max_width(child));
      return most;
    }
    case Kind::kRepeat: return times(max_width(node.children[0]), node.max);
    default: return 0;
  }
}

// A bounded stretch of regex that can stand in an anchor.
struct Piece {
  std::string text;
  std::uint32_t min_width = 0;
  std::uint32_t max_width = 0;
  double rate = 1;  // of a match at a given place
  // What stands at its edges, for the rate of a neighbour; set where the piece is one byte wide or
  // was joined from such pieces.
  enum class Edge : std::uint8_t { kOther, kLetter, kByte, kToken };
  Edge first = Edge::kOther;
  Edge last = Edge::kOther;
};

bool is_letter(const ByteSet& set) {
  if (set.none() || set.count() > 2) return false;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const unsigned lower = byte | 32;
    if (set[byte] && (byte >= 128 || lower < 'a' || lower > 'z')) return false;
  }
  return true;
}

double share(const ByteSet& set) {
  double sum = 0;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (set[byte]) sum += byte_share(static_cast<unsigned char>(byte));
  }
  return std::min(sum, 1.0);
}

std::string class_text(const ByteSet& set) {
  const auto hex = [](unsigned byte) {
    std::array<char, 8> out;
    std::snprintf(out.data(), out.size(), "\\x%02x", byte);
    return std::string(out.data());
  };
  std::string text;
  for (unsigned low = 0; low < 256; ++low) {
    if (!set[low]) continue;
    unsigned high = low;
    while (high + 1 < 256 && set[high + 1]) ++high;
    text += hex(low);
    if (high > low) text += "-" + hex(high);
    low = high;
  }
  return set.count() == 1 ? text : "[" + text + "]";
}

Piece class_piece(const ByteSet& set) {
  const Piece::Edge edge = is_letter(set)     ? Piece::Edge::kLetter
                           : set.count() <= 2 ? Piece::Edge::kByte
                                              : Piece::Edge::kToken;
  return {class_text(set), 1, 1, share(set), edge, edge};
}

// Least rate of a byte of kind `next` after one of kind `before`.
double floor_after(Piece::Edge before, Piece::Edge next) {
  using Edge = Piece::Edge;
  if (before == Edge::kOther || next == Edge::kOther) return 0;
  if (next == Edge::kToken) return before == Edge::kToken ? kTokenAfterToken : kTokenAfterByte;
  return before == Edge::kLetter && next == Edge::kLetter ? kLetterAfterLetter : kByteAfterByte;
}

Piece joined(const Piece& a, const Piece& b) {
  Piece out = a;
  out.text += b.text;
  out.min_width += b.min_width;
  out.max_width += b.max_width;
  const bool one_byte = b.min_width == 1 && b.max_width == 1;
  out.rate *= one_byte ? std::max(b.rate, floor_after(a.last, b.first)) : b.rate;
  if (a.max_width == 0) out.first = b.first;
  if (b.max_width != 0) out.last = b.last;
  return out;
}

Piece repeated(const Piece& child, std::uint32_t min, std::uint32_t max) {
  Piece out;
  const std::string counts = min == max ? "{" + std::to_string(min) + "}"
                                        : "{" + std::to_string(min) + "," + std::to_string(max) + "}";
  out.text = min == 1 && max == 1 ? child.text : "(?:" + child.text + ")" + counts;
  out.min_width = child.min_width * min;
  out.max_width = child.max_width * max;
  // The first time at the child's own rate, then at what follows one of its kind.
  const double again = std::max(child.rate, floor_after(child.last, child.first));
  double power = 1;
  double sum = 0;
  for (std::uint32_t i = 0; i <= max; ++i) {
    if (i >= min) sum += power;
    power *= i == 0 ? child.rate : again;
  }
  out.rate = std::min(sum, 1.0);
  out.first = child.first;
  out.last = child.last;
  return out;
}

// The node as one piece; none where it is unbounded, too wide or too long.
std::optional<Piece> whole(const RegexNode& node);

std::optional<Piece> whole_concat(const RegexNode& node) {
  Piece out;
  for (const RegexNode& child : node.children) {
    const auto piece = whole(child);
    if (!piece) return std::nullopt;
    out = joined(out, *piece);
    if (out.max_width > kMaxAnchorWidth || out.text.size() > kMaxText) return std::nullopt;
  }
  return out;
}

std::optional<Piece> whole_alternate(const RegexNode& node) {
  Piece out;
  out.rate = 0;
  out.min_width = kMaxAnchorWidth;
  for (const RegexNode& child : node.children) {
    const auto piece = whole(child);
    if (!piece) return std::nullopt;
    out.text += (out.text.empty() && &child == &node.children[0] ? "" : "|") + piece->text;
    out.min_width = std::min(out.min_width, piece->min_width);
    out.max_width = std::max(out.max_width, piece->max_width);
    out.rate = std::min(out.rate + piece->rate, 1.0);
    if (out.text.size() > kMaxText) return std::nullopt;
  }
  out.text = "(?:" + out.text + ")";
  return out;
}

std::optional<Piece> whole(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kOtherAssert: return Piece{};
    case Kind::kWordBoundary: {
      Piece boundary;
      boundary.text = "\\b";
      boundary.rate = kBoundaryShare;
      return boundary;
    }
    case Kind::kClass:
      if (node.set.none()) return std::nullopt;
      return class_piece(node.set);
    case Kind::kConcat: return whole_concat(node);
    case Kind::kAlternate: return whole_alternate(node);
    case Kind::kRepeat: {
      const Width width = max_width(node);
      if (!width || *width > kMaxAnchorWidth) return std::nullopt;
      const auto child = whole(node.children[0]);
      if (!child || child->text.size() > kMaxText) return std::nullopt;
      return repeated(*child, node.min, node.max);
    }
  }
  return std::nullopt;
}

// A factor with how far a match of the node it was taken from reaches beyond it.
struct Candidate {
  Piece piece;
  Width before = 0;  // bytes of the match before the factor's first byte
  Width after = 0;   // and after its last

  double cost() const {
    const double wide = piece.max_width > kFreeWidth ? piece.max_width - kFreeWidth : 0;
    return piece.rate + kFreeByteCost * piece.max_width + kWideByteCost * wide;
  }
};

void keep_cheaper(std::optional<Candidate>* best, Candidate candidate) {
  if (candidate.piece.min_width == 0 || candidate.piece.max_width > kMaxAnchorWidth ||
      candidate.piece.text.size() > kMaxText) {
    return;
  }
  if (!*best || candidate.cost() < (*best)->cost()) *best = std::move(candidate);
}

std::optional<Candidate> best_factor(const RegexNode& node);

// The node as a run of one class, {min,max} times; a lone class is {1,1}.
struct Run {
  const ByteSet* set;
  std::uint32_t min;
  std::uint32_t max;
};

std::optional<Run> as_run(const RegexNode& node) {
  if (node.kind == Kind::kClass) return Run{&node.set, 1, 1};
  if (node.kind == Kind::kRepeat && node.children[0].kind == Kind::kClass) {
    return Run{&node.children[0].set, node.min, node.max};
  }
  return std::nullopt;
}

// One way to take a piece of a concatenation's element: `left` and `right` are what of the element
// stays outside, on each side.
struct Cut {
  Piece piece;
  Width left = 0;
  Width right = 0;
};

// The element whole, and where it is a run, its `k` mandatory bytes next to the neighbour that
// follows (as a factor's first element) or precedes (as its last).
std::vector<Cut> cuts(const RegexNode& node, bool as_first) {
  std::vector<Cut> out;
  if (auto piece = whole(node)) out.push_back({std::move(*piece), 0, 0});
  const auto run = as_run(node);
  if (!run || run->set->none() || (run->min == 1 && run->max == 1)) return out;
  const Piece one = class_piece(*run->set);
  for (std::uint32_t k = 1; k <= std::min(run->min, kFreeWidth); ++k) {
    const Width rest = run->max == RegexNode::kUnbounded ? Width() : Width(run->max - k);
    out.push_back({repeated(one, k, k), as_first ? rest : 0, as_first ? Width(0) : rest});
  }
  return out;
}

class ConcatSearch {
 public:
  explicit ConcatSearch(const RegexNode& node) : nodes_(node.children) {
    before_.push_back(0);
    for (const RegexNode& child : nodes_) before_.push_back(add(before_.back(), max_width(child)));
    after_.assign(nodes_.size() + 1, 0);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      after_[i] = add(after_[i + 1], max_width(nodes_[i]));
    }
    for (const RegexNode& child : nodes_) {
      whole_.push_back(whole(child));
      last_cuts_.push_back(cuts(child, /*as_first=*/false));
    }
  }

  std::optional<Candidate> best() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      inside(i);
      for (const Cut& cut : cuts(nodes_[i], /*as_first=*/true)) from(i, cut);
    }
    return std::move(best_);
  }

 private:
  // A factor that lies within element i alone.
  void inside(std::size_t i) {
    auto candidate = best_factor(nodes_[i]);
    if (!candidate) return;
    candidate->before = add(candidate->before, before_[i]);
    candidate->after = add(candidate->after, after_[i + 1]);
    keep_cheaper(&best_, std::move(*candidate));
  }

  // Factors that begin with `first` of element i.
  void from(std::size_t i, const Cut& first) {
    const Width before = add(before_[i], first.left);
    keep_cheaper(&best_, {first.piece, before, add(first.right, after_[i + 1])});
    Piece piece = first.piece;
    for (std::size_t j = i + 1; j < nodes_.size(); ++j) {
      for (const Cut& last : last_cuts_[j]) {
        keep_cheaper(&best_,
                     {joined(piece, last.piece), before, add(last.right, after_[j + 1])});
      }
      if (!whole_[j]) return;
      piece = joined(piece, *whole_[j]);
      if (piece.max_width > kMaxAnchorWidth || piece.text.size() > kMaxText) return;
    }
  }

  const std::vector<RegexNode>& nodes_;
  std::vector<Width> before_;  // before_[i]: widest match of elements before i
  std::vector<Width> after_;   // after_[i]: widest match of elements from i on
  std::vector<std::optional<Piece>> whole_;
  std::vector<std::vector<Cut>> last_cuts_;
  std::optional<Candidate> best_;
};

// Each alternative's best factor; one without any makes the whole alternation have none.
std::optional<Candidate> best_of_alternatives(const RegexNode& node) {
  Candidate out;
  out.piece.rate = 0;
  out.piece.min_width = kMaxAnchorWidth;
  for (const RegexNode& child : node.children) {
    const auto candidate = best_factor(child);
    if (!candidate) return std::nullopt;
    const Piece& piece = candidate->piece;
    out.piece.text += (out.piece.text.empty() ? "" : "|") + piece.text;
    out.piece.min_width = std::min(out.piece.min_width, piece.min_width);
    out.piece.max_width = std::max(out.piece.max_width, piece.max_width);
    out.piece.rate = std::min(out.piece.rate + piece.rate, 1.0);
    out.before = widest(out.before, candidate->before);
    out.after = widest(out.after, candidate->after);
  }
  out.piece.text = "(?:" + out.piece.text + ")";
  return out;
}

std::optional<Candidate> best_of_repeat(const RegexNode& node) {
  if (node.min == 0) return std::nullopt;
  auto candidate = best_factor(node.children[0]);
  if (!candidate) return std::nullopt;
  const std::uint32_t others = node.max == RegexNode::kUnbounded ? node.max : node.max - 1;
  const Width rest = times(max_width(node.children[0]), others);
  candidate->before = add(candidate->before, rest);
  candidate->after = add(candidate->after, rest);
  return candidate;
}

std::optional<Candidate> best_factor(const RegexNode& node) {
  std::optional<Candidate> best;
  switch (node.kind) {
    case Kind::kClass:
      if (node.set.any()) keep_cheaper(&best, {class_piece(node.set), 0, 0});
      break;
    case Kind::kConcat: return ConcatSearch(node).best();
    case Kind::kAlternate:
      best = best_of_alternatives(node);
      if (auto piece = whole(node)) keep_cheaper(&best, {std::move(*piece), 0, 0});
      break;
    case Kind::kRepeat:
      best = best_of_repeat(node);
      for (Cut& cut : cuts(node, /*as_first=*/true)) {
        // A run's k bytes may be anywhere in it: it reaches out to both sides.
        keep_cheaper(&best, {std::move(cut.piece), cut.left, cut.left});
      }
      break;
    default: break;
  }
  return best;
}

}  // namespace

Result<Anchor> derive_anchor(std::string_view regex) {
  auto tree = parse_regex(regex);
  if (!tree) return std::move(tree).error();
  const auto best = best_factor(tree.value());
  if (!best || best->piece.rate > kHopelessRate) {
    return usage_error("no byte of the regex is mandatory: '" + std::string(regex) +
                           "' matches almost anywhere",
                       "give it a part that is always there, or an anchor of its own");
  }
  Anchor anchor;
  anchor.pattern = best->piece.text;
  anchor.min_width = best->piece.min_width;
  anchor.max_width = best->piece.max_width;
  anchor.rate = best->piece.rate;
  anchor.lookbehind = add(best->before, anchor.max_width);
  anchor.lookahead = best->after;
  return anchor;
}

Result<Anchor> check_anchor(std::string_view text, std::string_view regex) {
  auto tree = parse_regex(text);
  if (!tree) return std::move(tree).error();
  const auto piece = whole(tree.value());
  if (!piece || piece->min_width == 0) {
    return usage_error("the anchor '" + std::string(text) + "' is " +
                           (piece ? "empty" : "not bounded by 64 bytes"),
                       "write a shorter one, without * + and {n,}");
  }
  Anchor anchor;
  anchor.pattern = piece->text;
  anchor.min_width = piece->min_width;
  anchor.max_width = piece->max_width;
  anchor.rate = piece->rate;
  auto whole_regex = parse_regex(regex);
  if (!whole_regex) return std::move(whole_regex).error();
  const Width width = max_width(whole_regex.value());
  anchor.lookbehind = add(width, anchor.max_width);
  anchor.lookahead = width;
  return anchor;
}

}  // namespace dragnet
