#include "match/anchor.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "match/byte_model.h"
#include "match/piece.h"
#include "match/regex_ast.h"

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;

// What an anchor costs, as weights whose choice of anchors makes the literal matcher and the glance
// (precheck.h) fast on source code; tried out, not fitted. A hit takes some 25 ns; it weighs more
// because the model knows too little of words, and because what is rare costs the literal matcher
// less, too. A literal, by its length: one shorter than the matcher's window stands for every
// combination with the bytes beside it. What is no literal is left to Hyperscan, which is a second
// pass over all text. And a little for each byte of width, so that it stops growing once it is
// rare, more beyond the free one, and much where it would make the margins of the whole delta scan
// wider.
constexpr double kHitCost = 2000;
constexpr std::array<double, 6> kLiteralCost = {10, 10, 1.0, 0.05, 0.025, 0.012};
constexpr double kAutomatonCost = 12;
constexpr double kClassCost = 0.005;
constexpr double kByteCost = 1e-6;
constexpr double kWideByteCost = 5e-4;
constexpr double kMarginByteCost = 0.1;
// An anchor that fires on every third byte is none.
constexpr double kHopelessRate = 0.3;

// A factor with how far a match of the node it was taken from reaches beyond it.
struct Candidate {
  Piece piece;
  Width before = 0;  // bytes of the match before the factor's first byte
  Width after = 0;   // and after its last

  double cost() const {
    double sum = kHitCost * piece.rate;
    if (piece.literals.empty()) {
      sum += kAutomatonCost + kClassCost * piece.classes;
    } else {
      for (const Literal& literal : piece.literals) {
        sum += kLiteralCost[std::min(literal.size(), kLiteralCost.size() - 1)];
      }
    }
    const auto beyond = [&](std::uint32_t width) {
      return piece.max_width > width ? piece.max_width - width : 0;
    };
    return sum + kByteCost * piece.max_width + kWideByteCost * beyond(kFreeWidth) +
           kMarginByteCost * beyond(kNarrowWidth);
  }
};

void keep_cheaper(std::optional<Candidate>* best, Candidate candidate) {
  if (candidate.piece.min_width == 0 || candidate.piece.max_width > kMaxAnchorWidth ||
      candidate.piece.text.size() > kMaxPieceText) {
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

// The element whole, and its edge next to the neighbour that follows (as a factor's first element)
// or precedes (as its last), in several widths.
std::vector<Cut> cuts(const RegexNode& node, bool as_first) {
  std::vector<Cut> out;
  if (auto piece = whole_piece(node)) {
    Cut all{std::move(*piece), 0, 0};
    out.push_back(std::move(all));
  }
  if (node.kind == Kind::kClass) return out;
  const Width width = max_width(node);
  std::uint32_t last = 0;
  for (std::uint32_t want = 1; want <= kFreeWidth; ++want) {
    auto piece = edge_piece(node, want, /*front=*/!as_first);
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
      before_.emplace_back(add_widths(before_.back(), max_width(child)));
    }
    after_.assign(nodes_.size() + 1, 0);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      after_[i] = add_widths(after_[i + 1], max_width(nodes_[i]));
    }
    for (const RegexNode& child : nodes_) {
      whole_.emplace_back(whole_piece(child));
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
    candidate->before = add_widths(candidate->before, before_[i]);
    candidate->after = add_widths(candidate->after, after_[i + 1]);
    keep_cheaper(&best_, std::move(*candidate));
  }

  // Factors that begin with `first` of element i.
  void from(std::size_t i, const Cut& first) {
    const Width before = add_widths(before_[i], first.left);
    keep_cheaper(&best_, {first.piece, before, add_widths(first.right, after_[i + 1])});
    Piece piece = first.piece;
    for (std::size_t j = i + 1; j < nodes_.size(); ++j) {
      for (const Cut& last : last_cuts_[j]) {
        keep_cheaper(&best_,
                     {joined(piece, last.piece), before, add_widths(last.right, after_[j + 1])});
      }
      if (!whole_[j]) return;
      piece = joined(piece, *whole_[j]);
      if (piece.max_width > kMaxAnchorWidth || piece.text.size() > kMaxPieceText) return;
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
  out.piece = no_piece();
  for (const RegexNode& child : node.children) {
    const auto candidate = best_factor(child);
    if (!candidate) return std::nullopt;
    add_alternative(candidate->piece, &out.piece);
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
  const Width rest = times_width(max_width(node.children[0]), others);
  candidate->before = add_widths(candidate->before, rest);
  candidate->after = add_widths(candidate->after, rest);
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
      if (auto piece = whole_piece(node)) keep_cheaper(&best, {std::move(*piece), 0, 0});
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

bool begins_text(const RegexNode& node) {
  return node.kind == Kind::kTextStart || (node.kind == Kind::kConcat && !node.children.empty() &&
                                           begins_text(node.children.front()));
}

// Whether every match is a whole text, by `\z`: a `$` may be meant for a line's end.
bool is_whole_text(const RegexNode& tree, std::string_view regex) {
  return tree.kind == Kind::kConcat && begins_text(tree) &&
         tree.children.back().kind == Kind::kTextEnd && regex.ends_with("\\z");
}

}  // namespace

Result<Anchor> derive_anchor(std::string_view regex) {
  auto tree = parse_regex(regex);
  if (!tree) return std::move(tree).error();
  const auto best = best_factor(tree.value());
  if (const Width width = max_width(tree.value()); width && *width <= kMaxWholeText &&
                                                   is_whole_text(tree.value(), regex) &&
                                                   (!best || best->piece.literals.empty())) {
    Anchor anchor;
    anchor.min_width = 1;
    anchor.max_width = *width;
    anchor.whole_text = true;
    anchor.lookbehind = *width;
    anchor.lookahead = 0;
    return anchor;
  }
  if (!best || best->piece.rate > kHopelessRate) {
    return usage_error(
        "no byte of the regex is mandatory: '" + std::string(regex) + "' matches almost anywhere",
        "give it a part that is always there, or an anchor of its own");
  }
  Anchor anchor;
  anchor.pattern =
      best->piece.literals.empty() ? best->piece.text : literals_text(best->piece.literals);
  anchor.min_width = best->piece.min_width;
  anchor.max_width = best->piece.max_width;
  anchor.rate = best->piece.rate;
  anchor.lookbehind = add_widths(best->before, anchor.max_width);
  anchor.lookahead = best->after;
  return anchor;
}

Result<Anchor> check_anchor(std::string_view text, std::string_view regex) {
  auto tree = parse_regex(text);
  if (!tree) return std::move(tree).error();
  const auto piece = whole_piece(tree.value());
  if (!piece || piece->min_width == 0) {
    return usage_error("the anchor '" + std::string(text) + "' is " +
                           (piece ? "empty" : "not bounded by 64 bytes"),
                       "write a shorter one, without * + and {n,}");
  }
  Anchor anchor;
  anchor.pattern = piece->literals.empty() ? piece->text : literals_text(piece->literals);
  anchor.min_width = piece->min_width;
  anchor.max_width = piece->max_width;
  anchor.rate = piece->rate;
  auto whole_regex = parse_regex(regex);
  if (!whole_regex) return std::move(whole_regex).error();
  const Width width = max_width(whole_regex.value());
  anchor.lookbehind = add_widths(width, anchor.max_width);
  anchor.lookahead = width;
  return anchor;
}

}  // namespace dragnet
