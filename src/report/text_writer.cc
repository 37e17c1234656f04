// The report for people. Findings come ranked, so they stand in groups of one severity, worst
// first, and nothing has to be kept. The last line says what a person must not miss.
#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "base/date.h"
#include "report/escape.h"
#include "report/names.h"
#include "report/output.h"
#include "report/text_finding.h"
#include "report/text_style.h"
#include "report/writers.h"

namespace dragnet {

namespace {

constexpr std::size_t kShownIncomplete = 10;
constexpr std::size_t kLongestName = 1000;  // columns

class TextWriter final : public ReportWriter {
 public:
  TextWriter(const ReportOptions& options, ReportSink sink)
      : options_(options), names_(options_), style_(options.colour), output_(std::move(sink)) {}

  void finding(const Finding& finding) override {
    std::string text;
    if (!started_ || finding.severity != severity_) text += group_line(finding.severity);
    severity_ = finding.severity;
    if (!finding.suppressed) ++written_;
    started_ = true;
    text += text_finding(finding, &names_, style_, &repository_);
    text += '\n';
    output_.write(text);
  }

  Status end(const Summary& summary) override {
    std::string text = rule_line(Tone::kStrong, "SUMMARY");
    text += line("findings", severities(summary));
    text += not_shown(summary);
    text += suppressed(summary);
    text += targets(summary);
    text += line("scanned", scanned(summary));
    text +=
        line("rules", with_commas(summary.rule_count) +
                          (summary.rule_hash.empty() ? "" : ", set " + plain(summary.rule_hash)));
    text += line("as of", format_date(summary.as_of).substr(0, 10));
    for (const std::string& change : summary.config_applied) {
      text += line("config", shown(change));
    }
    for (const std::string& note : summary.notes) text += line("note", shown(note));
    text += stats(summary);
    text += incomplete(summary);
    text += "\n" + verdict(summary) + "\n";
    output_.write(text);
    return output_.status();
  }

 private:
  std::string shown(ByteView bytes) const {
    return clip_text(escape_text(names_.name(bytes)), kLongestName);
  }
  static std::string plain(std::string_view text) { return escape_text(text); }

  std::string line(std::string_view label, std::string_view text) const {
    return text_label(label, style_) + std::string(text) + "\n";
  }

  // A heading with dashes up to the terminal's edge.
  std::string rule_line(Tone tone, std::string_view title) const {
    const std::size_t width = text_width(options_);
    const std::size_t used = title.size() + 1;
    return style_.paint(tone, title) + " " +
           style_.paint(Tone::kDim, std::string(used < width ? width - used : 0, '-')) + "\n";
  }

  std::string group_line(Severity severity) const {
    switch (severity) {
      case Severity::kCritical:
        return rule_line(tone_of(severity), "CRITICAL  score 90 to 100");
      case Severity::kHigh:
        return rule_line(tone_of(severity), "HIGH  score 70 to 89");
      case Severity::kMedium:
        return rule_line(tone_of(severity), "MEDIUM  score 50 to 69");
      case Severity::kLow:
        break;
    }
    return rule_line(tone_of(severity), "LOW  score under 50");
  }

  std::string severities(const Summary& summary) const {
    std::string out;
    for (const Severity severity :
         {Severity::kCritical, Severity::kHigh, Severity::kMedium, Severity::kLow}) {
      const std::uint64_t count = summary.by_severity[static_cast<std::size_t>(severity)];
      const std::string text = with_commas(count) + " " + std::string(to_string(severity));
      out += (out.empty() ? "" : ", ") +
             style_.paint(count == 0 ? Tone::kDim : tone_of(severity), text);
    }
    return out;
  }

  std::string not_shown(const Summary& summary) const {
    if (summary.hidden == 0) return {};
    return line("not shown", with_commas(summary.hidden) + " below the least score");
  }

  std::string suppressed(const Summary& summary) const {
    if (summary.suppressed == 0) return {};
    const std::uint64_t by_file =
        summary.suppressed - std::min(summary.suppressed_inline, summary.suppressed);
    std::string out = with_commas(summary.suppressed) + ":";
    if (by_file > 0) out += " " + with_commas(by_file) + " by .gitleaksignore";
    if (summary.suppressed_inline > 0) {
      out += (by_file > 0 ? ", " : " ") + with_commas(summary.suppressed_inline) +
             " by inline markers";
    }
    if (!summary.suppressed_shown) out += "; --all shows them";
    return line("ignored", out);
  }

  std::string targets(const Summary& summary) const {
    std::string out;
    std::string_view label = "targets";
    for (std::size_t i = 0; i < summary.targets.size() && i < kShownIncomplete; ++i) {
      out += line(label, shown(summary.targets[i]));
      label = "";
    }
    if (summary.targets.size() > kShownIncomplete) {
      out += line("", "and " + with_commas(summary.targets.size() - kShownIncomplete) + " more");
    }
    return out;
  }

  static std::string scanned(const Summary& summary) {
    std::string out;
    const auto add = [&out](std::uint64_t count, std::string_view one, std::string_view many) {
      if (count > 0) out += (out.empty() ? "" : ", ") + counted(count, one, many);
    };
    add(summary.blobs, "blob", "blobs");
    add(summary.commits, "commit", "commits");
    add(summary.trees, "tree", "trees");
    add(summary.tags, "tag", "tags");
    add(summary.files, "file", "files");
    return (out.empty() ? "nothing" : out) + "; " + size_text(summary.logical_bytes);
  }

  std::string stats(const Summary& summary) const {
    if (!summary.stats) return {};
    std::string out = line("bytes", size_text(summary.decoded_bytes) + " decoded, " +
                                        size_text(summary.scanned_bytes) + " scanned");
    std::string_view label = "seconds";
    for (const StageTime& stage : summary.seconds) {
      out += line(label, fixed(stage.seconds, 3) + "  " + plain(stage.stage));
      label = "";
    }
    return out + line("memory", size_text(summary.peak_memory) + " at the peak");
  }

  std::string incomplete(const Summary& summary) const {
    if (summary.incomplete.empty()) return {};
    std::string out = "\n" + rule_line(Tone::kBad, "NOT SCANNED");
    const std::size_t listed = std::min(summary.incomplete.size(), kShownIncomplete);
    for (std::size_t i = 0; i < listed; ++i) {
      const IncompleteItem& item = summary.incomplete[i];
      std::string what = item.path.empty() ? std::string() : shown(item.path);
      if (!item.object.empty()) what += (what.empty() ? "" : " ") + plain(item.object);
      out += "     " + what + (what.empty() ? "" : ": ") + shown(item.reason) + "\n";
    }
    if (summary.incomplete.size() > listed) {
      out += "     and " + with_commas(summary.incomplete.size() - listed) + " more\n";
    }
    return out;
  }

  std::string verdict(const Summary& summary) const {
    const std::uint64_t counted_findings =
        std::accumulate(summary.by_severity.begin(), summary.by_severity.end(), std::uint64_t{0});
    const std::uint64_t findings = std::max(counted_findings, written_);
    const std::string found =
        findings == 0 ? "no findings" : counted(findings, "finding", "findings");
    if (!summary.incomplete.empty()) {
      const std::string missing = counted(summary.incomplete.size(), "item was", "items were");
      return style_.paint(Tone::kBad,
                          "INCOMPLETE: " + missing + " not scanned; " + found + " in what was");
    }
    if (findings > 0) return style_.paint(Tone::kBad, found);
    if (summary.hidden > 0) {
      return style_.paint(Tone::kStrong, "nothing at or above the least score; " +
                                             counted(summary.hidden, "finding", "findings") +
                                             " below it");
    }
    if (summary.suppressed > 0) {
      return style_.paint(Tone::kGood, "clean: no findings that are not suppressed");
    }
    return style_.paint(Tone::kGood, "clean: no findings");
  }

  ReportOptions options_;
  ReportNames names_;
  TextStyle style_;
  ReportOutput output_;
  std::string repository_;
  Severity severity_ = Severity::kLow;
  bool started_ = false;
  std::uint64_t written_ = 0;  // suppressed ones left out
};

}  // namespace

std::unique_ptr<ReportWriter> make_text_writer(const ReportOptions& options, ReportSink sink) {
  return std::make_unique<TextWriter>(options, std::move(sink));
}

}  // namespace dragnet
