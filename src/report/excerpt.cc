#include "report/excerpt.h"

#include <algorithm>

#include "report/escape.h"

namespace dragnet {

namespace {

// A piece of the line, escaped: what is cut and measured. Colour comes last, so that no cut falls
// inside a colour code.
struct Shown {
  std::string text;
  bool secret = false;
  std::size_t columns = 0;
};

std::string trimmed(std::string text, bool front, bool back) {
  std::replace(text.begin(), text.end(), '\t', ' ');
  const auto blank = [](char c) { return c == ' ' || c == '\r' || c == '\n'; };
  while (back && !text.empty() && blank(text.back())) text.pop_back();
  std::size_t at = 0;
  while (front && at < text.size() && blank(text[at])) ++at;
  return text.substr(at);
}

std::vector<Shown> shown_pieces(const Excerpt& excerpt, const ReportNames& names,
                                std::size_t columns) {
  std::vector<TextPiece> pieces = names.excerpt(excerpt);
  std::vector<Shown> out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    TextPiece& piece = pieces[i];
    if (!piece.secret) {
      piece.text = trimmed(std::move(piece.text), i == 0, i + 1 == pieces.size());
    }
    std::string text = escape_text(piece.text);
    if (piece.secret) text = clip_text(text, std::max<std::size_t>(columns, 20) - 8);
    const std::size_t width = display_columns(text);
    if (width > 0) out.push_back({std::move(text), piece.secret, width});
  }
  return out;
}

std::size_t sum(const std::vector<Shown>& pieces, std::size_t first, std::size_t last) {
  std::size_t total = 0;
  for (std::size_t i = first; i < last; ++i) total += pieces[i].columns;
  return total;
}

std::string paint(const Shown& piece, const TextStyle& style) {
  return piece.secret ? style.paint(Tone::kSecret, piece.text) : piece.text;
}

// The pieces [first, last) from their front, up to `columns`; a secret stands whole or not at all.
std::string head_of(const std::vector<Shown>& pieces, std::size_t first, std::size_t columns,
                    const TextStyle& style) {
  const bool whole = sum(pieces, first, pieces.size()) <= columns;
  std::size_t left = whole ? columns : columns - std::min<std::size_t>(columns, 3);
  std::string out;
  for (std::size_t i = first; i < pieces.size(); ++i) {
    if (pieces[i].columns <= left) {
      out += paint(pieces[i], style);
      left -= pieces[i].columns;
      continue;
    }
    if (!pieces[i].secret) out += head_columns(pieces[i].text, left);
    break;
  }
  return whole ? out : out + std::string(std::min<std::size_t>(columns, 3), '.');
}

std::string tail_of(const std::vector<Shown>& pieces, std::size_t last, std::size_t columns,
                    const TextStyle& style) {
  const bool whole = sum(pieces, 0, last) <= columns;
  std::size_t left = whole ? columns : columns - std::min<std::size_t>(columns, 3);
  std::string out;
  for (std::size_t i = last; i-- > 0;) {
    if (pieces[i].columns <= left) {
      out.insert(0, paint(pieces[i], style));
      left -= pieces[i].columns;
      continue;
    }
    if (!pieces[i].secret) out.insert(0, tail_columns(pieces[i].text, left));
    break;
  }
  return whole ? out : std::string(std::min<std::size_t>(columns, 3), '.') + out;
}

}  // namespace

std::string excerpt_line(const Excerpt& excerpt, const ReportNames& names, const TextStyle& style,
                         std::size_t columns) {
  columns = std::max<std::size_t>(columns, 20);
  const std::vector<Shown> pieces = shown_pieces(excerpt, names, columns);
  std::size_t focus = 0;
  while (focus < pieces.size() && !pieces[focus].secret) ++focus;
  if (focus == pieces.size()) return head_of(pieces, 0, columns, style);

  // What stands before the secret tells more than what follows it: a name, a host, a comment. It
  // gets what is left when the rest has a third.
  const std::size_t room = columns - std::min(columns, pieces[focus].columns);
  const std::size_t before = sum(pieces, 0, focus);
  const std::size_t after = sum(pieces, focus + 1, pieces.size());
  const std::size_t for_after = std::min(after, std::max(room / 3, room - std::min(room, before)));
  return tail_of(pieces, focus, room - for_after, style) + paint(pieces[focus], style) +
         head_of(pieces, focus + 1, for_after, style);
}

}  // namespace dragnet
