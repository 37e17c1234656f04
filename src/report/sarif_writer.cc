// SARIF, streamed: the order of an object's members is free, so `results` comes first and `tool`,
// whose rules are known only when all results are, comes last.
#include <string>
#include <utility>

#include "report/json_fields.h"
#include "report/names.h"
#include "report/output.h"
#include "report/sarif_fields.h"
#include "report/writers.h"

namespace dragnet {

namespace {

ReportOptions without_secrets(ReportOptions options) {
  options.show_secrets = false;
  return options;
}

class SarifWriter final : public ReportWriter {
 public:
  SarifWriter(const ReportOptions& options, ReportSink sink)
      : options_(without_secrets(options)), names_(options_), output_(std::move(sink)) {}

  void finding(const Finding& finding) override {
    std::string text = opened_ ? ",\n" : kOpening;
    opened_ = true;
    text += dump_line(sarif_result(finding, &names_, &tables_));
    output_.write(text);
  }

  Status end(const Summary& summary) override {
    std::string text = opened_ ? "" : kOpening;
    text += "\n]";
    const auto member = [&text](const char* key, const Json& value) {
      text += std::string(",\n\"") + key + "\": " + dump_line(value);
    };
    member("tool", {{"driver", sarif_driver(summary, tables_)}});
    member("invocations", Json::array({sarif_invocation(summary, names_)}));
    const Json bases = tables_.original_uri_base_ids();
    if (!bases.empty()) member("originalUriBaseIds", bases);
    const Json provenance = tables_.version_control_provenance();
    if (!provenance.empty()) member("versionControlProvenance", provenance);
    // SARIF counts columns in UTF-16 units or code points; ours are bytes, and exact offsets stand
    // beside them. They differ only where a line holds other than ASCII before the secret.
    member("properties", {{"columns", "bytes"}, {"summary", summary_json(summary, names_)}});
    text += "\n}]}\n";
    output_.write(text);
    return output_.status();
  }

 private:
  static constexpr const char* kOpening =
      "{\"$schema\": "
      "\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
      "sarif-schema-2.1.0.json\",\n"
      "\"version\": \"2.1.0\",\n\"runs\": [{\n\"results\": [\n";

  ReportOptions options_;
  ReportNames names_;
  ReportOutput output_;
  SarifTables tables_;
  bool opened_ = false;
};

}  // namespace

std::unique_ptr<ReportWriter> make_sarif_writer(const ReportOptions& options, ReportSink sink) {
  return std::make_unique<SarifWriter>(options, std::move(sink));
}

}  // namespace dragnet
