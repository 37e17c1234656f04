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
  std::size_t start = 0;   // of the group
  std::size_t opened = 0;  // and of its content
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
        // A flag or a second group.
        const bool named = rest.starts_with("?P<");
        if ((rest.starts_with("?") && !named) || parts || inside || depth > 0) return std::nullopt;
        inside = true;
        start = i;
        opened = named ? regex.find('>', i) + 1 : i + 1;
      }
      ++depth;
    } else if (c == ')') {
      --depth;
      if (depth < 0) return std::nullopt;
      if (depth == 0 && inside) {
        inside = false;
        parts =
            Parts{regex.substr(0, start), regex.substr(opened, i - opened), regex.substr(i + 1)};
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

// Every byte that may be the first one, or the last. Assertions are not looked at: without them
// there are more.
ByteSet edge_of(const RegexNode& node, bool first) {
  ByteSet out = node.kind == RegexNode::Kind::kClass ? node.set : ByteSet();
  const bool one_after_the_other = node.kind == RegexNode::Kind::kConcat;
  const std::size_t count = node.children.size();
  for (std::size_t i = 0; i < count; ++i) {
    const RegexNode& child = node.children[first ? i : count - 1 - i];
    out |= edge_of(child, first);
    if (one_after_the_other && widths(child).first > 0) break;
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
  if (least == 0) return out;
  out.group_ = all_of(group.value());
  out.least_ = static_cast<std::uint32_t>(least);
  out.fixed_ = least == most;
  out.known_ = out.from_end(before.value(), after.value()) ||
               out.from_start(before.value(), after.value()) ||
               out.from_mark(before.value(), after.value());
  return out;
}

// The group ends with the match, or one byte before it.
bool SecretPlace::from_end(const RegexNode& before, const RegexNode& after) {
  const auto [least, most] = widths(after);
  if (most > 1) return false;
  after_ = all_of(after);
  always_followed_ = least == 1;
  if (!always_followed_ && (after_ & group_).any()) return false;
  return fixed_ || (widths(before).first > 0 && (edge_of(before, false) & group_).none());
}

// Whether the group's end follows from its start.
bool SecretPlace::end_follows(const RegexNode& after) {
  const auto [least, most] = widths(after);
  ends_match_ = most == 0;
  return fixed_ || ends_match_ || (least > 0 && (edge_of(after, true) & group_).none());
}

// It starts at a fixed distance from the match's start.
bool SecretPlace::from_start(const RegexNode& before, const RegexNode& after) {
  const auto [least, most] = widths(before);
  if (least != most || !end_follows(after)) return false;
  from_start_ = true;
  before_ = static_cast<std::uint32_t>(least);
  return true;
}

// It starts after the first byte of a class: what stands before it ends with such a byte, and holds
// none elsewhere.
bool SecretPlace::from_mark(const RegexNode& before, const RegexNode& after) {
  if (before.kind != RegexNode::Kind::kConcat || before.children.size() < 2) return false;
  const RegexNode& last = before.children.back();
  if (last.kind != RegexNode::Kind::kClass || !end_follows(after)) return false;
  ByteSet others;
  for (std::size_t i = 0; i + 1 < before.children.size(); ++i) others |= all_of(before.children[i]);
  if ((others & last.set).any()) return false;
  from_start_ = true;
  mark_ = last.set;
  return true;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> SecretPlace::in(ByteView text,
                                                                       std::uint64_t start,
                                                                       std::uint64_t end) const {
  const auto at = [&](std::uint64_t offset) { return static_cast<unsigned char>(text[offset]); };
  if (end > text.size() || start >= end) return std::nullopt;
  if (from_start_) {
    std::uint64_t from = start + before_;
    if (mark_.any()) {
      while (from < end && !mark_[at(from)]) ++from;
      ++from;
    }
    if (from + least_ > end) return std::nullopt;
    std::uint64_t to = ends_match_ ? end : from + least_;
    while (!fixed_ && !ends_match_ && to < end && group_[at(to)]) ++to;
    return std::pair(from, to);
  }
  const bool followed = always_followed_ || after_[at(end - 1)];
  const std::uint64_t to = followed ? end - 1 : end;
  if (to < start + least_) return std::nullopt;
  std::uint64_t from = to - least_;
  while (!fixed_ && from > start && group_[at(from - 1)]) --from;
  return std::pair(from, to);
}

}  // namespace dragnet
