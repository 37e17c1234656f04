#include "match/piece.h"

#include <algorithm>
#include <utility>

#include "match/anchor.h"
#include "match/byte_model.h"
#include "match/byte_sets.h"

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;

// Beyond this a bounded width is no help: confirm may as well take the whole blob.
constexpr std::uint32_t kWidthCap = 1 << 20;
// Hashes and encoded data: where a few bytes of a large alphabet have followed each other, more
// will.
constexpr std::size_t kRunAlphabet = 10;
constexpr std::uint32_t kRunSettled = 4;
constexpr double kRunOn = 0.93;

}  // namespace

Width add_widths(Width a, Width b) {
  if (!a || !b || *a + *b > kWidthCap) return std::nullopt;
  return *a + *b;
}

Width times_width(Width a, std::uint32_t n) {
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
      for (const RegexNode& child : node.children) sum = add_widths(sum, max_width(child));
      return sum;
    }
    case Kind::kAlternate: {
      Width most = 0;
      for (const RegexNode& child : node.children) most = widest(most, max_width(child));
      return most;
    }
    case Kind::kRepeat:
      return times_width(max_width(node.children[0]), node.max);
    default:
      return 0;
  }
}

Piece empty_piece() {
  Piece piece;
  piece.literals = {Literal()};
  return piece;
}

Piece no_piece() {
  Piece piece;
  piece.rate = 0;
  piece.min_width = kMaxAnchorWidth;
  return piece;
}

Piece class_piece(const ByteSet& set) {
  Piece piece{class_text(set), 1, 1, byte_share(set), 0, set, set, single_letters(set)};
  piece.classes = piece.literals.size() == 1 ? 0 : 1;
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
  out.rate = std::max(out.rate, share_of_words(out.literals));
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
    std::vector<Literal> power_of = {Literal()};
    for (std::uint32_t i = 0; i <= max && !power_of.empty(); ++i) {
      if (i >= min) out.literals.insert(out.literals.end(), power_of.begin(), power_of.end());
      power_of = crossed(power_of, child.literals);
      if (power_of.empty() && i < max) out.literals.clear();
    }
  }
  return out;
}

void add_alternative(const Piece& piece, Piece* out) {
  const bool first = out->text.empty() && out->max_width == 0 && out->literals.empty();
  const bool known = !piece.literals.empty() && (first || !out->literals.empty());
  out->text += (first ? "" : "|") + piece.text;
  out->min_width = std::min(out->min_width, piece.min_width);
  out->max_width = std::max(out->max_width, piece.max_width);
  out->rate = std::min(out->rate + piece.rate, 1.0);
  out->classes = std::max(out->classes, piece.classes);
  out->first |= piece.first;
  out->last |= piece.last;
  if (known) {
    out->literals.insert(out->literals.end(), piece.literals.begin(), piece.literals.end());
    std::sort(out->literals.begin(), out->literals.end());
    out->literals.erase(std::unique(out->literals.begin(), out->literals.end()),
                        out->literals.end());
  }
  if (!known || out->literals.size() > kMaxPieceLiterals) out->literals.clear();
}

std::optional<Piece> closed_alternation(Piece out) {
  if (out.text.size() > kMaxPieceText) return std::nullopt;
  out.text = "(?:" + out.text + ")";
  return out;
}

namespace {

std::optional<Piece> whole_concat(const RegexNode& node) {
  Piece out = empty_piece();
  for (const RegexNode& child : node.children) {
    const auto piece = whole_piece(child);
    if (!piece) return std::nullopt;
    out = joined(out, *piece);
    if (out.max_width > kMaxAnchorWidth || out.text.size() > kMaxPieceText) return std::nullopt;
  }
  return out;
}

std::optional<Piece> whole_alternate(const RegexNode& node) {
  Piece out = no_piece();
  for (const RegexNode& child : node.children) {
    const auto piece = whole_piece(child);
    if (!piece || out.text.size() > kMaxPieceText) return std::nullopt;
    add_alternative(*piece, &out);
  }
  return closed_alternation(std::move(out));
}

}  // namespace

std::optional<Piece> whole_piece(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kWordBoundary:  // Hyperscan looks for a literal faster alone, confirm knows the rest
    case Kind::kNoWordBoundary:
    case Kind::kTextStart:
    case Kind::kLineStart:
    case Kind::kTextEnd:
    case Kind::kLineEnd:
      return empty_piece();
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
      if (*width == 0) return node.min == 0 ? empty_piece() : whole_piece(node.children[0]);
      const auto child = whole_piece(node.children[0]);
      if (!child || child->text.size() > kMaxPieceText) return std::nullopt;
      return repeated(*child, node.min, node.max);
    }
  }
  return std::nullopt;
}

namespace {

std::optional<Piece> edge_of_concat(const RegexNode& node, std::uint32_t want, bool front) {
  Piece out = empty_piece();
  const std::size_t count = node.children.size();
  for (std::size_t i = 0; i < count && out.min_width < want; ++i) {
    const RegexNode& child = node.children[front ? i : count - 1 - i];
    auto piece = edge_piece(child, want - out.min_width, front);
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

}  // namespace

std::optional<Piece> edge_piece(const RegexNode& node, std::uint32_t want, bool front) {
  switch (node.kind) {
    case Kind::kConcat:
      return edge_of_concat(node, want, front);
    case Kind::kAlternate: {
      Piece out = no_piece();
      for (const RegexNode& child : node.children) {
        const auto piece = edge_piece(child, want, front);
        if (!piece) return std::nullopt;
        add_alternative(*piece, &out);
      }
      return closed_alternation(std::move(out));
    }
    case Kind::kRepeat: {
      if (auto piece = whole_piece(node); piece && piece->max_width <= want) return piece;
      const RegexNode& child = node.children[0];
      if (node.min == 0) return std::nullopt;
      if (child.kind == Kind::kClass && child.set.any()) {
        const std::uint32_t count = std::min(node.min, want);
        return repeated(class_piece(child.set), count, count);
      }
      return edge_piece(child, want, front);
    }
    default:
      return whole_piece(node);
  }
}

}  // namespace dragnet
