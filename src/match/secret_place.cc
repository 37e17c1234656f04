#include "match/secret_place.h"

#include <algorithm>

namespace dragnet {

namespace {

// The parts of a regex whose only capturing group stands outside of all others and of alternatives.
struct Parts {
  std::string_view before, group, after;
};

// The offset after the class that starts at `at`.
std::size_t class_end(std::string_view regex, std::size_t at) {
  std::size_t i = at + 1;
  if (i < regex.size() && regex[i] == '^') ++i;
  if (i < regex.size() && regex[i] == ']') ++i;
  for (; i < regex.size() && regex[i] != ']'; ++i) {
    if (regex[i] == '\\') {
      ++i;
    } else if (regex.substr(i).starts_with("[:")) {
      const std::size_t close = regex.find(":]", i);
      if (close == std::string_view::npos) return regex.size();
      i = close + 1;
    }
  }
  return std::min(i + 1, regex.size());
}

// Nothing where it is not of that form, or says something that takes a whole parser to see.
std::optional<Parts> split(std::string_view regex) {
  std::optional<Parts> parts;
  std::size_t opened = 0;  // where the group's content starts
  int depth = 0;
  bool inside = false;
  for (std::size_t i = 0; i < regex.size();) {
    const char c = regex[i];
    if (c == '\\') {
      // \Q quotes what follows it.
      if (regex.substr(i).starts_with("\\Q")) return std::nullopt;
      i += 2;
      continue;
    }
    if (c == '[') {
      i = class_end(regex, i);
      continue;
    }
    if (c == '|' && depth == 0) return std::nullopt;
    if (c == '(') {
      const std::string_view rest = regex.substr(i + 1);
      const bool plain = rest.starts_with("?:") || rest.starts_with("?i:");
      if (!plain) {
        // A flag, a name or a second group.
        if (rest.starts_with("?") || parts || inside || depth > 0) return std::nullopt;
        inside = true;
        opened = i + 1;
      }
      ++depth;
    } else if (c == ')') {
      --depth;
      if (depth < 0) return std::nullopt;
      if (depth == 0 && inside) {
        inside = false;
        parts = Parts{regex.substr(0, opened - 1), regex.substr(opened, i - opened),
                      regex.substr(i + 1)};
      }
    }
    ++i;
  }
  return depth == 0 ? parts : std::nullopt;
}

// Least and most bytes of a text that the tree accepts; `most` stops at a limit.
std::pair<std::uint64_t, std::uint64_t> widths(const RegexNode& node) {
  using Kind = RegexNode::Kind;
  constexpr std::uint64_t kMost = 1 << 20;
  std::pair<std::uint64_t, std::uint64_t> out{0, 0};
  switch (node.kind) {
    case Kind::kClass:
      return {1, 1};
    case Kind::kConcat:
      for (const RegexNode& child : node.children) {
        const auto part = widths(child);
        out.first += part.first;
        out.second += part.second;
      }
      break;
    case Kind::kAlternate:
      out.first = kMost;
      for (const RegexNode& child : node.children) {
        const auto part = widths(child);
        out.first = std::min(out.first, part.first);
        out.second = std::max(out.second, part.second);
      }
      break;
    case Kind::kRepeat: {
      const auto part = widths(node.children[0]);
      out.first = part.first * node.min;
      out.second = node.max == RegexNode::kUnbounded ? kMost : part.second * node.max;
      break;
    }
    default:
      break;
  }
  return {std::min(out.first, kMost), std::min(out.second, kMost)};
}

// Every byte that a text of the tree may hold.
ByteSet all_of(const RegexNode& node) {
  ByteSet out = node.kind == RegexNode::Kind::kClass ? node.set : ByteSet();
  for (const RegexNode& child : node.children) out |= all_of(child);
  return out;
}

// Every byte that may be the last one. Assertions are not looked at: without them there are more.
ByteSet last_of(const RegexNode& node) {
  ByteSet out = node.kind == RegexNode::Kind::kClass ? node.set : ByteSet();
  const bool one_after_the_other = node.kind == RegexNode::Kind::kConcat;
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
    out |= last_of(*child);
    if (one_after_the_other && widths(*child).first > 0) break;
  }
  return out;
}

bool has_unicode(std::string_view regex) {
  return regex.find("\\p") != std::string_view::npos ||
         regex.find("\\P") != std::string_view::npos ||
         std::any_of(regex.begin(), regex.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
}

}  // namespace

SecretPlace SecretPlace::derive(std::string_view regex) {
  SecretPlace out;
  const auto parts = has_unicode(regex) ? std::nullopt : split(regex);
  if (!parts) return out;
  // A repeated group holds its last turn.
  if (!parts->after.empty() && std::string_view("*+?{").find(parts->after[0]) != ByteView::npos) {
    return out;
  }
  const auto before = parse_regex(parts->before);
  const auto group = parse_regex(parts->group);
  const auto after = parse_regex(parts->after);
  if (!before || !group || !after) return out;
  const auto [least, most] = widths(group.value());
  const auto [least_after, most_after] = widths(after.value());
  if (least == 0 || most_after > 1) return out;
  out.group_ = all_of(group.value());
  out.after_ = all_of(after.value());
  out.least_ = static_cast<std::uint32_t>(least);
  out.always_followed_ = least_after == 1;
  if (!out.always_followed_ && (out.after_ & out.group_).any()) return out;
  if (least == most) {
    out.width_ = out.least_;
  } else if (widths(before.value()).first == 0 || (last_of(before.value()) & out.group_).any()) {
    return out;
  }
  out.known_ = true;
  return out;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> SecretPlace::in(ByteView text,
                                                                       std::uint64_t start,
                                                                       std::uint64_t end) const {
  const auto at = [&](std::uint64_t offset) { return static_cast<unsigned char>(text[offset]); };
  if (end > text.size() || start >= end) return std::nullopt;
  const bool followed = always_followed_ || after_[at(end - 1)];
  const std::uint64_t to = followed ? end - 1 : end;
  if (to < start + least_) return std::nullopt;
  std::uint64_t from = to - least_;
  if (width_ == 0) {
    while (from > start && group_[at(from - 1)]) --from;
  }
  return std::pair(from, to);
}

}  // namespace dragnet
