// Pieces: bounded stretches of a regex that can stand in an anchor, with what is known of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "match/literals.h"
#include "match/regex_ast.h"

namespace dragnet {

using Width = std::optional<std::uint32_t>;  // in bytes; none: unbounded, or above a million

Width add_widths(Width a, Width b);
Width times_width(Width a, std::uint32_t n);  // n may be RegexNode::kUnbounded
Width widest(Width a, Width b);
// Greatest number of bytes that the node can match.
Width max_width(const RegexNode& node);

struct Piece {
  std::string text;
  std::uint32_t min_width = 0;
  std::uint32_t max_width = 0;
  double rate = 1;            // of a match at a given place of source code
  std::uint32_t classes = 0;  // bytes that are no literal
  ByteSet first;              // what can stand at its edges
  ByteSet last;
  // Everything it can be, where that is no more than a few literals; else empty.
  std::vector<Literal> literals;
};

// No bytes; what alternatives are added to; one byte.
Piece empty_piece();
Piece no_piece();
Piece class_piece(const ByteSet& set);

Piece joined(const Piece& a, const Piece& b);
Piece repeated(const Piece& child, std::uint32_t min, std::uint32_t max);

// Adds one alternative to `out`, which started as `no_piece()`.
void add_alternative(const Piece& piece, Piece* out);
// After the last one; none where it got too long.
std::optional<Piece> closed_alternation(Piece out);

// The node as one piece; none where it is unbounded, too wide or too long.
std::optional<Piece> whole_piece(const RegexNode& node);

// The first (or, reversed, last) bytes of the node as a piece at least `want` wide, or all of it;
// none where what stands there is unbounded or may be absent.
std::optional<Piece> edge_piece(const RegexNode& node, std::uint32_t want, bool front);

// A piece whose text is longer than this is no anchor that anybody wants compiled.
inline constexpr std::size_t kMaxPieceText = 2048;

}  // namespace dragnet
