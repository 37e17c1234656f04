// `json` is one document, `jsonl` a finding a line and then the summary's line. Both write the same
// values; the document too puts a finding on a line of its own, so that line tools work on it.
#include <string>
#include <utility>

#include "report/json_fields.h"
#include "report/names.h"
#include "report/output.h"
#include "report/writers.h"

namespace dragnet {

namespace {

class JsonWriter final : public ReportWriter {
 public:
  JsonWriter(JsonShape shape, const ReportOptions& options, ReportSink sink)
      : shape_(shape), options_(options), names_(options_), output_(std::move(sink)) {}

  void finding(const Finding& finding) override {
    std::string text;
    if (shape_ == JsonShape::kDocument) text = opened_ ? ",\n" : kOpening;
    opened_ = true;
    text += dump_line(finding_json(finding, &names_));
    if (shape_ == JsonShape::kLines) text += '\n';
    output_.write(text);
  }

  Status end(const Summary& summary) override {
    std::string text;
    if (shape_ == JsonShape::kDocument) {
      if (!opened_) text = kOpening;
      text += "\n],\n\"summary\": ";
    }
    text += dump_line(summary_json(summary, names_));
    text += shape_ == JsonShape::kDocument ? "\n}\n" : "\n";
    output_.write(text);
    return output_.status();
  }

 private:
  static constexpr const char* kOpening = "{\n\"schema\": 1,\n\"findings\": [\n";

  JsonShape shape_;
  ReportOptions options_;
  ReportNames names_;
  ReportOutput output_;
  bool opened_ = false;
};

}  // namespace

std::unique_ptr<ReportWriter> make_json_writer(JsonShape shape, const ReportOptions& options,
                                               ReportSink sink) {
  return std::make_unique<JsonWriter>(shape, options, std::move(sink));
}

}  // namespace dragnet
