#include "match/value_shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace dragnet {

namespace {

template <std::size_t kSize>
bool has_any(ByteView value, const std::array<std::string_view, kSize>& signs) {
  return std::any_of(signs.begin(), signs.end(),
                     [&](std::string_view sign) { return value.find(sign) != ByteView::npos; });
}

bool is_uuid(ByteView value) {
  if (value.size() != 36) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : !is_hex_digit(value[i])) return false;
  }
  return true;
}

bool is_identifier(ByteView value) {
  int digits_in_row = 0;
  bool letter_seen = false;
  for (const char c : value) {
    if (is_digit(c)) {
      if (++digits_in_row > 2 || !letter_seen) return false;
    } else if (is_letter(c) || c == '_' || c == '-' || c == '.') {
      digits_in_row = 0;
      letter_seen = letter_seen || is_letter(c);
    } else {
      return false;
    }
  }
  return letter_seen;
}

bool is_version(ByteView value) {
  if (!value.empty() && (value[0] == 'v' || value[0] == '^' || value[0] == '~')) {
    value.remove_prefix(1);
  }
  int dots_seen = 0;
  for (const char c : value) {
    if (c == '.') {
      ++dots_seen;
    } else if (!is_digit(c)) {
      return dots_seen >= 2;
    }
  }
  return dots_seen > 0;
}

bool is_hash(ByteView value) {
  if (value.starts_with("{")) return value.find('}') != ByteView::npos;
  if (value.starts_with("$")) return value.find('$', 1) != ByteView::npos;
  return value.starts_with("sha") && value.find_first_of(":-") <= 6;
}

bool is_number(ByteView value) {
  if (value.starts_with("0x") || value.starts_with("0X")) {
    return value.size() <= 18 && std::all_of(value.begin() + 2, value.end(), is_hex_digit);
  }
  return std::all_of(value.begin(), value.end(), [](char c) {
    return is_digit(c) || c == '.' || c == ',' || c == '-' || c == '+' || c == '_';
  });
}

bool is_file(ByteView value) {
  const std::size_t dot = value.rfind('.');
  if (dot == ByteView::npos || dot == 0 || value.size() - dot < 3 || value.size() - dot > 6) {
    return false;
  }
  return std::all_of(value.begin() + std::ptrdiff_t(dot) + 1, value.end(), is_lower) &&
         value.find(' ') == ByteView::npos;
}

bool is_title(ByteView value) {
  return is_upper(value[0]) && value.size() > 1 &&
         std::all_of(value.begin() + 1, value.end(),
                     [](char c) { return is_lower(c) || c == ' '; });
}

bool is_url(ByteView value) { return value.find("://") != ByteView::npos; }

bool is_path(ByteView value) {
  return !is_url(value) && (value.starts_with("/") || value.starts_with("./") ||
                            value.starts_with("../") || value.starts_with("~/"));
}

bool is_email(ByteView value) {
  const std::size_t at = value.find('@');
  return at != ByteView::npos && at > 0 && value.find('.', at) != ByteView::npos &&
         value.find(' ') == ByteView::npos;
}

bool has_code(ByteView value) {
  constexpr std::array<std::string_view, 8> kSigns = {"()", "->", "::", "${",
                                                      "{{", "#{", "%s", "%d"};
  return has_any(value, kSigns);
}

bool has_mask(ByteView value) {
  constexpr std::array<std::string_view, 4> kSigns = {"***", "...", "xxx", "XXX"};
  return has_any(value, kSigns);
}

}  // namespace

ValueShape shape_of(ByteView value) {
  ValueShape shape;
  shape.uuid = is_uuid(value);
  shape.identifier = is_identifier(value);
  shape.version = is_version(value);
  shape.hash = is_hash(value);
  shape.number = is_number(value);
  shape.file = is_file(value);
  shape.title = is_title(value);
  shape.url = is_url(value);
  shape.path = is_path(value);
  shape.email = is_email(value);
  shape.code = has_code(value);
  shape.masked = has_mask(value);
  return shape;
}

}  // namespace dragnet
