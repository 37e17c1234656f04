#include "report/text_finding.h"

#include <algorithm>
#include <vector>

#include "base/date.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/json_fields.h"

namespace dragnet {

namespace {

constexpr std::size_t kShortId = 12;        // digits of a finding's id
constexpr std::size_t kShortCommit = 10;    // digits of a git id
constexpr std::size_t kLongestName = 60;    // columns of an author's or ref's name
constexpr std::size_t kLongestPath = 1000;  // columns; longer only in a repository made to annoy
constexpr std::size_t kShownRefs = 3;

std::string short_hex(const ObjectId& id) { return id.hex().substr(0, kShortCommit); }

std::string day(std::int64_t seconds) { return format_date(seconds).substr(0, 10); }

std::string short_ref(std::string_view ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/remotes/", "refs/tags/"}) {
    if (ref.starts_with(prefix) && ref.size() > prefix.size()) {
      return std::string(ref.substr(prefix.size()));
    }
  }
  return std::string(ref);
}

// The lines of one finding, gathered.
class FindingText {
 public:
  FindingText(const Finding& finding, const ReportNames& names, const TextStyle& style)
      : finding_(finding), names_(names), style_(style), width_(text_width(names.options())) {}

  std::string take() { return std::move(out_); }

  void headline();
  void repository(std::string* last);
  void place(const Occurrence& occurrence, std::string_view label);
  void author(const Occurrence& occurrence);
  void excerpt(const Occurrence& occurrence);
  void history(const Occurrence& occurrence);
  void secret_facts();
  void factors();
  void remediation();
  void others(const Occurrence& shown, const Occurrence* tip);

 private:
  std::string shown(ByteView bytes) const { return escape_text(names_.name(bytes)); }
  std::string clipped(ByteView bytes) const { return clip_text(shown(bytes), kLongestName); }
  std::string ref_list(const Occurrence& occurrence) const;
  std::string fate(const Occurrence& occurrence) const;

  // A labelled line; `text` is ready to be printed.
  void line(std::string_view label, std::string_view text) {
    out_ += text_label(label, style_);
    out_ += text;
    out_ += '\n';
  }
  // The same, broken at spaces.
  void wrapped(std::string_view label, std::string_view text) {
    line(label, wrap_text(text, width_ - kTextIndent, kTextIndent));
  }

  const Finding& finding_;
  const ReportNames& names_;
  const TextStyle& style_;
  std::size_t width_;
  std::string out_;
};

void FindingText::headline() {
  const std::string score = std::to_string(finding_.score);
  const std::string title =
      escape_text(finding_.description.empty() ? finding_.rule : finding_.description);
  const std::string rule = escape_text(finding_.rule);
  const std::string id = escape_text(finding_.id.substr(0, kShortId));
  out_.append(score.size() < 3 ? 3 - score.size() : 0, ' ');
  out_ += style_.paint(tone_of(finding_.severity), score);
  out_ += "  ";
  out_ += style_.paint(Tone::kStrong, title);
  const std::size_t used = std::max<std::size_t>(score.size(), 3) + 2 + display_columns(title) +
                           display_columns(rule) + 2 + display_columns(id);
  out_.append(used + 2 <= width_ ? width_ - used : 2, ' ');
  out_ += rule + "  " + style_.paint(Tone::kDim, id) + "\n";
}

void FindingText::repository(std::string* last) {
  const std::string& own = finding_.occurrences.front().repository;
  if (own == *last || finding_.occurrences.front().object_type == SourceKind::kStdin) return;
  *last = own;
  line("in", clip_text(shown(own), kLongestPath));
}

void FindingText::place(const Occurrence& occurrence, std::string_view label) {
  const std::string kind(to_string(occurrence.object_type));
  const bool has_object = occurrence.object && !occurrence.object->empty();
  std::string text;
  if (occurrence.path) {
    text = style_.paint(Tone::kStrong, clip_text(shown(*occurrence.path), kLongestPath));
    if (occurrence.object_type == SourceKind::kTree) text = "the name " + text;
  } else if (occurrence.object_type == SourceKind::kStdin) {
    text = "standard input";
  } else if (has_object) {
    const bool message =
        occurrence.object_type != SourceKind::kBlob && occurrence.object_type != SourceKind::kTree;
    text = message ? "text of " + kind + " " : kind + " ";
    text += short_hex(*occurrence.object);
  } else {
    text = kind;
    if (!occurrence.refs.empty()) text += " " + clipped(occurrence.refs.front());
  }
  if (occurrence.line > 0) {
    text += ":" + std::to_string(occurrence.line);
    if (occurrence.column > 0) text += ":" + std::to_string(occurrence.column);
  }
  if (occurrence.commit && !occurrence.commit->empty() && occurrence.commit != occurrence.object) {
    text += " at " + short_hex(*occurrence.commit);
  }
  line(label, text);
  if (occurrence.permalink) line("link", clip_text(shown(*occurrence.permalink), kLongestPath));
}

void FindingText::author(const Occurrence& occurrence) {
  std::string text = clipped(occurrence.author_name);
  if (!occurrence.author_email.empty()) {
    text += std::string(text.empty() ? "" : " ") + "<" + clipped(occurrence.author_email) + ">";
  }
  if (occurrence.date) text += (text.empty() ? "" : ", ") + day(*occurrence.date);
  if (!text.empty()) line("author", text);
}

void FindingText::excerpt(const Occurrence& occurrence) {
  const std::string text = excerpt_line(occurrence.excerpt, names_, style_, width_ - kTextIndent);
  if (!text.empty()) {
    line("line", text);
  } else if (!finding_.secret.empty()) {
    const std::string secret = escape_text(names_.secret(finding_.secret));
    line("secret", style_.paint(Tone::kSecret, clip_text(secret, width_ - kTextIndent)));
  }
}

std::string FindingText::ref_list(const Occurrence& occurrence) const {
  std::string out;
  const std::size_t shown_refs = std::min(occurrence.refs.size(), kShownRefs);
  for (std::size_t i = 0; i < shown_refs; ++i) {
    // Redacted whole, shortened after: a prefix cut off first could split a secret.
    out += (i == 0 ? "" : ", ") +
           clip_text(escape_text(short_ref(names_.name(occurrence.refs[i]))), kLongestName);
  }
  const std::uint64_t all = std::max<std::uint64_t>(occurrence.ref_count, occurrence.refs.size());
  if (all > shown_refs) {
    out += shown_refs == 0 ? counted(all, "ref", "refs")
                           : " and " + with_commas(all - shown_refs) + " more";
  }
  return out;
}

// What became of the secret at this place.
std::string FindingText::fate(const Occurrence& occurrence) const {
  const std::string refs = ref_list(occurrence);
  const bool removed = occurrence.removed_in && !occurrence.removed_in->empty();
  if (occurrence.at_tip) {
    std::string out = "still at a branch tip";
    if (removed)
      out += ", but removed from the default branch in " + short_hex(*occurrence.removed_in);
    return refs.empty() ? out : out + " (in " + refs + ")";
  }
  if (removed) {
    return "removed in " + short_hex(*occurrence.removed_in) +
           (refs.empty() ? "" : ", but still in the history of " + refs);
  }
  if (!refs.empty()) return "at no branch tip, but in the history of " + refs;
  if (occurrence.commit && !occurrence.commit->empty()) return "only in a dangling commit";
  switch (occurrence.object_type) {
    case SourceKind::kBlob:
    case SourceKind::kTree:
      return "no commit names it";
    case SourceKind::kCommit:
    case SourceKind::kTag:
      return "dangling: no ref leads to it";
    default:
      return {};
  }
}

void FindingText::history(const Occurrence& occurrence) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  };
  if (finding_.first_seen) add(day(*finding_.first_seen));
  add(fate(occurrence));
  if (finding_.published) add(*finding_.published ? "published" : "not published");
  if (finding_.expires_at) {
    const bool expired = validity_state(finding_, names_.options()) == "expired";
    add((expired ? "expired on " : "expires on ") + day(*finding_.expires_at));
  }
  if (!text.empty()) wrapped(finding_.first_seen ? "since" : "state", text);
}

void FindingText::secret_facts() {
  if (finding_.detail) line("is", clipped(*finding_.detail));
  if (finding_.suppressed) {
    line("ignored",
         "by " +
             std::string(finding_.suppressed->by == SuppressedBy::kInline ? "an inline marker: "
                                                                          : "a file: ") +
             clipped(finding_.suppressed->reason));
  }
  if (finding_.account) line("opens", clipped(*finding_.account));
  if (!finding_.decoded_through.empty()) {
    std::string trail;
    for (const std::string& step : finding_.decoded_through) {
      trail += (trail.empty() ? "" : ", then ") + clipped(step);
    }
    wrapped("inside", trail);
  }
}

void FindingText::factors() {
  std::string_view label = "why";
  for (const ScoreFactor& factor : finding_.factors) {
    line(label, "x " + fixed(factor.factor, 2) + "  " + escape_text(factor.name) +
                    (factor.reason.empty() ? "" : ": " + clipped(factor.reason)));
    label = "";
  }
}

void FindingText::remediation() {
  if (!finding_.remediation.empty()) wrapped("fix", escape_text(finding_.remediation));
}

void FindingText::others(const Occurrence& shown_first, const Occurrence* tip) {
  std::string text;
  const std::uint64_t all =
      std::max<std::uint64_t>(finding_.occurrence_count, finding_.occurrences.size());
  const std::uint64_t shown_count = tip == nullptr || tip == &shown_first ? 1 : 2;
  if (all > shown_count) text = counted(all - shown_count, "more place", "more places");
  for (std::size_t i = 0; i < finding_.also.size(); ++i) {
    text += i == 0 ? (text.empty() ? "matched by " : "; matched by ") : ", ";
    text += escape_text(finding_.also[i]);
  }
  if (!text.empty()) wrapped("also", text);
}

}  // namespace

std::string text_label(std::string_view label, const TextStyle& style) {
  std::string padded(label);
  padded.resize(kTextIndent - 5, ' ');
  return "     " + (label.empty() ? padded : style.paint(Tone::kDim, padded));
}

std::size_t text_width(const ReportOptions& options) {
  return std::max<std::size_t>(options.width, 40);
}

std::string text_finding(const Finding& finding, ReportNames* names, const TextStyle& style,
                         std::string* repository) {
  names->set_own_secret(finding.secret);
  FindingText text(finding, *names, style);
  text.headline();
  if (!finding.occurrences.empty()) {
    const Occurrence& first = finding.occurrences.front();
    const auto tip = std::find_if(finding.occurrences.begin(), finding.occurrences.end(),
                                  [](const Occurrence& o) { return o.at_tip; });
    // The oldest place says who and since when; where the secret stands today is shown beside it.
    const Occurrence* at_tip = tip == finding.occurrences.end() ? nullptr : &*tip;
    text.repository(repository);
    text.place(first, "where");
    text.author(first);
    text.excerpt(first);
    text.history(first);
    if (at_tip != nullptr && at_tip != &first) text.place(*at_tip, "at tip");
    text.secret_facts();
    if (names->options().explain) text.factors();
    text.remediation();
    text.others(first, at_tip);
  }
  names->set_own_secret({});
  return text.take();
}

}  // namespace dragnet
