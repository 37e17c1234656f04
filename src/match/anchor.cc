#include "match/anchor.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "match/byte_model.h"
#include "match/regex_ast.h"

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;
using Width = std::optional<std::uint32_t>;  // none: unbounded

// Beyond this a bounded width is no help: confirm may as well take the whole blob.
constexpr std::uint32_t kWidthCap = 1 << 20;
// A regex text longer than this is no anchor that anybody wants compiled.
constexpr std::size_t kMaxText = 2048;
// Share of the places before a word byte that are a word boundary.
constexpr double kBoundaryShare = 0.3;
// Hashes and encoded data: where a few bytes of a large alphabet have followed each other, more
// will.
constexpr std::size_t kRunAlphabet = 10;
constexpr std::uint32_t kRunSettled = 4;
constexpr double kRunOn = 0.93;
// Of a piece that can be one of a few literals, each is looked up among the common words.
constexpr std::size_t kMaxLiterals = 32;
// What an anchor costs, in hits per byte: its rate; for each byte of width a little, so that it
// stops growing once it is rare; for each class or assertion what Hyperscan takes longer for it;
// and for width beyond the free one what a byte of margin costs in a delta scan, and the automata
// that Hyperscan then needs instead of its literal matchers (measured: 67 of 441 anchors wider than
// 12 bytes took the whole set from 1,340 to 195 MB/s).
constexpr double kByteCost = 1e-8;
constexpr double kClassCost = 4e-6;
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
    case Kind::kClass:
      return 1;
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
    case Kind::kRepeat:
      return times(max_width(node.children[0]), node.max);
    default:
      return 0;
  }
}

// A bounded stretch of regex that can stand in an anchor.
struct Piece {
  std::string text;
  std::uint32_t min_width = 0;
  std::uint32_t max_width = 0;
  double rate = 1;            // of a match at a given place
  std::uint32_t classes = 0;  // bytes and assertions that are no literal
  ByteSet first;              // what can stand at its edges
  ByteSet last;
  // Everything it can be, in lower case, where that is no more than a few literals; else empty.
  std::vector<std::string> literals;
};

// One byte, or one letter in both cases: what Hyperscan's literal matchers take.
bool is_literal(const ByteSet& set) {
  if (set.count() == 1) return true;
  if (set.count() != 2) return false;
  for (unsigned upper = 'A'; upper <= 'Z'; ++upper) {
    if (set[upper]) return set[upper + 32];
  }
  return false;
}

std::string class_text(const ByteSet& set) {
  const auto hex = [](unsigned byte) {
    std::array<char, 16> out;
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

char lower(unsigned byte) {
  return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

Piece class_piece(const ByteSet& set) {
  Piece piece{class_text(set), 1, 1, byte_share(set), is_literal(set) ? 0U : 1U, set, set, {}};
  if (set.count() > kMaxLiterals) return piece;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (set[byte]) piece.literals.emplace_back(1, lower(byte));
  }
  std::sort(piece.literals.begin(), piece.literals.end());
  piece.literals.erase(std::unique(piece.literals.begin(), piece.literals.end()),
                       piece.literals.end());
  return piece;
}

// What common words alone make a piece of these literals match.
double word_floor(const std::vector<std::string>& literals) {
  double sum = 0;
  for (const std::string& literal : literals) sum += word_share(literal);
  return sum;
}

// Every literal of `a` followed by every one of `b`; nothing where either is unknown or it gets
// many.
std::vector<std::string> crossed(const std::vector<std::string>& a,
                                 const std::vector<std::string>& b) {
  std::vector<std::string> out;
  if (a.size() * b.size() > kMaxLiterals) return out;
  for (const std::string& left : a) {
    for (const std::string& right : b) out.push_back(left + right);
  }
  return out;
}

Piece empty_piece() {
  Piece piece;
  piece.literals = {""};
  return piece;
}

Piece joined(const Piece& a, const Piece& b) {
  Piece out = a;
  out.text += b.text;
  out.min_width += b.min_width;
  out.max_width += b.max_width;
  out.classes += b.classes;
  double next = b.rate;
  // The second piece's rate is that of meeting it anywhere; here its first byte follows something.
  const double anywhere = byte_share(b.first);
  if (a.max_width > 0 && b.min_width > 0 && anywhere > 0) {
    next = b.rate / anywhere * follow_share(a.last, b.first);
  }
  out.rate *= std::min(next, 1.0);
  out.literals = crossed(a.literals, b.literals);
  out.rate = std::max(out.rate, word_floor(out.literals));
  if (a.min_width == 0) out.first |= b.first;
  out.last = b.min_width == 0 ? a.last | b.last : b.last;
  return out;
}

Piece repeated(const Piece& child, std::uint32_t min, std::uint32_t max) {
  Piece out;
  const std::string counts = min == max
                                 ? "{" + std::to_string(min) + "}"
                                 : "{" + std::to_string(min) + "," + std::to_string(max) + "}";
  out.text = min == 1 && max == 1 ? child.text : "(?:" + child.text + ")" + counts;
  out.min_width = child.min_width * min;
  out.max_width = child.max_width * max;
  out.classes = min == max ? child.classes * max : std::max(child.classes * max, 1U);
  // The first time at the child's own rate, then at what follows one of its kind.
  const double anywhere = byte_share(child.first);
  const double again =
      anywhere > 0 ? std::min(child.rate / anywhere * follow_share(child.last, child.first), 1.0)
                   : child.rate;
  const double run_on = child.first.count() >= kRunAlphabet ? kRunOn : 0;
  double power = 1;
  double sum = 0;
  for (std::uint32_t i = 0; i <= max; ++i) {
    if (i >= min) sum += power;
    power *= i == 0 ? child.rate : i < kRunSettled ? again : std::max(again, run_on);
  }
  out.rate = std::min(sum, 1.0);
  out.first = child.first;
  out.last = child.last;
  if (max <= 2) {
    std::vector<std::string> power_of = {""};
    for (std::uint32_t i = 0; i <= max && !power_of.empty(); ++i) {
      if (i >= min) out.literals.insert(out.literals.end(), power_of.begin(), power_of.end());
      power_of = crossed(power_of, child.literals);
      if (power_of.empty() && i < max) out.literals.clear();
    }
  }
  return out;
}

// The node as one piece; none where it is unbounded, too wide or too long.
std::optional<Piece> whole(const RegexNode& node);

std::optional<Piece> whole_concat(const RegexNode& node) {
  Piece out = empty_piece();
  for (const RegexNode& child : node.children) {
    const auto piece = whole(child);
    if (!piece) return std::nullopt;
    out = joined(out, *piece);
    if (out.max_width > kMaxAnchorWidth || out.text.size() > kMaxText) return std::nullopt;
  }
  return out;
}

// Adds one alternative to `out`, which starts with rate 0 and the greatest least width.
void add_alternative(const Piece& piece, bool first, bool* known, Piece* out) {
  out->text += (first ? "" : "|") + piece.text;
  out->min_width = std::min(out->min_width, piece.min_width);
  out->max_width = std::max(out->max_width, piece.max_width);
  out->rate = std::min(out->rate + piece.rate, 1.0);
  out->classes = std::max(out->classes, piece.classes);
  out->first |= piece.first;
  out->last |= piece.last;
  *known = *known && !piece.literals.empty();
  out->literals.insert(out->literals.end(), piece.literals.begin(), piece.literals.end());
}

std::optional<Piece> closed_alternation(Piece out, bool known) {
  if (out.text.size() > kMaxText) return std::nullopt;
  out.text = "(?:" + out.text + ")";
  if (!known || out.literals.size() > kMaxLiterals) out.literals.clear();
  return out;
}

std::optional<Piece> whole_alternate(const RegexNode& node) {
  Piece out;
  out.rate = 0;
  out.min_width = kMaxAnchorWidth;
  bool known = true;
  for (const RegexNode& child : node.children) {
    const auto piece = whole(child);
    if (!piece || out.text.size() > kMaxText) return std::nullopt;
    add_alternative(*piece, &child == &node.children[0], &known, &out);
  }
  return closed_alternation(std::move(out), known);
}

std::optional<Piece> whole(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kOtherAssert:
      return empty_piece();
    case Kind::kWordBoundary: {
      Piece boundary = empty_piece();
      boundary.text = "\\b";
      boundary.rate = kBoundaryShare;
      boundary.classes = 1;
      return boundary;
    }
    case Kind::kClass:
      if (node.set.none()) return std::nullopt;
      return class_piece(node.set);
    case Kind::kConcat:
      return whole_concat(node);
    case Kind::kAlternate:
      return whole_alternate(node);
    case Kind::kRepeat: {
      if (node.max == 0) return empty_piece();  // Hyperscan 5.4 does not take X{0} for nothing
      const Width width = max_width(node);
      if (!width || *width > kMaxAnchorWidth) return std::nullopt;
      // What has no width is the same any number of times, or not there.
      if (*width == 0) return node.min == 0 ? empty_piece() : whole(node.children[0]);
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
    return piece.rate + kByteCost * piece.max_width + kClassCost * piece.classes +
           kWideByteCost * wide;
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

// One way to take a piece of a concatenation's element: `left` and `right` are what of the element
// stays outside, on each side.
struct Cut {
  Piece piece;
  Width left = 0;
  Width right = 0;
};

// The first (or, reversed, last) bytes of the node as a piece at least `want` wide, or all of it;
// none where what stands there is unbounded or may be absent.
std::optional<Piece> edge(const RegexNode& node, std::uint32_t want, bool front);

std::optional<Piece> edge_of_concat(const RegexNode& node, std::uint32_t want, bool front) {
  Piece out = empty_piece();
  const std::size_t count = node.children.size();
  for (std::size_t i = 0; i < count && out.min_width < want; ++i) {
    const RegexNode& child = node.children[front ? i : count - 1 - i];
    auto piece = edge(child, want - out.min_width, front);
    if (!piece) {
      if (out.min_width == 0) return std::nullopt;
      break;
    }
    const bool all = piece->max_width == max_width(child);
    out = front ? joined(out, *piece) : joined(*piece, out);
    if (!all) break;
  }
  return out;
}

std::optional<Piece> edge(const RegexNode& node, std::uint32_t want, bool front) {
  switch (node.kind) {
    case Kind::kConcat:
      return edge_of_concat(node, want, front);
    case Kind::kAlternate: {
      Piece out;
      out.rate = 0;
      out.min_width = kMaxAnchorWidth;
      bool known = true;
      for (const RegexNode& child : node.children) {
        const auto piece = edge(child, want, front);
        if (!piece) return std::nullopt;
        add_alternative(*piece, &child == &node.children[0], &known, &out);
      }
      return closed_alternation(std::move(out), known);
    }
    case Kind::kRepeat: {
      if (auto piece = whole(node); piece && piece->max_width <= want) return piece;
      const RegexNode& child = node.children[0];
      if (node.min == 0) return std::nullopt;
      if (child.kind == Kind::kClass && child.set.any()) {
        const std::uint32_t count = std::min(node.min, want);
        return repeated(class_piece(child.set), count, count);
      }
      return edge(child, want, front);
    }
    default:
      return whole(node);
  }
}

// The element whole, and its edge next to the neighbour that follows (as a factor's first element)
// or precedes (as its last), in several widths.
std::vector<Cut> cuts(const RegexNode& node, bool as_first) {
  std::vector<Cut> out;
  if (auto piece = whole(node)) {
    Cut all{std::move(*piece), 0, 0};
    out.push_back(std::move(all));
  }
  if (node.kind == Kind::kClass) return out;
  const Width width = max_width(node);
  std::uint32_t last = 0;
  for (std::uint32_t want = 1; want <= kFreeWidth; ++want) {
    auto piece = edge(node, want, /*front=*/!as_first);
    if (!piece || piece->min_width == 0 || piece->min_width < want) break;
    if (piece->min_width == last || piece->max_width > kMaxAnchorWidth) continue;
    last = piece->min_width;
    const Width rest = width ? Width(*width - std::min(*width, piece->min_width)) : width;
    out.push_back({std::move(*piece), as_first ? rest : 0, as_first ? Width(0) : rest});
  }
  return out;
}

class ConcatSearch {
 public:
  explicit ConcatSearch(const RegexNode& node) : nodes_(node.children) {
    before_.emplace_back(0);
    for (const RegexNode& child : nodes_) {
      before_.emplace_back(add(before_.back(), max_width(child)));
    }
    after_.assign(nodes_.size() + 1, 0);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      after_[i] = add(after_[i + 1], max_width(nodes_[i]));
    }
    for (const RegexNode& child : nodes_) {
      whole_.emplace_back(whole(child));
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
        keep_cheaper(&best_, {joined(piece, last.piece), before, add(last.right, after_[j + 1])});
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
    out.piece.classes = std::max(out.piece.classes, piece.classes);
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
    case Kind::kConcat:
      return ConcatSearch(node).best();
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
    default:
      break;
  }
  return best;
}

}  // namespace

Result<Anchor> derive_anchor(std::string_view regex) {
  auto tree = parse_regex(regex);
  if (!tree) return std::move(tree).error();
  const auto best = best_factor(tree.value());
  if (!best || best->piece.rate > kHopelessRate) {
    return usage_error(
        "no byte of the regex is mandatory: '" + std::string(regex) + "' matches almost anywhere",
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
