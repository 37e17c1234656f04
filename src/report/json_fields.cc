#include "report/json_fields.h"

#include <cmath>
#include <optional>

#include "base/date.h"
#include "base/utf8.h"
#include "report/escape.h"

namespace dragnet {

namespace {

Json date_or_null(const std::optional<std::int64_t>& seconds) {
  return seconds ? Json(format_date(*seconds)) : Json(nullptr);
}

Json id_or_null(const std::optional<ObjectId>& id) {
  return id && !id->empty() ? Json(id->hex()) : Json(nullptr);
}

Json names_array(const std::vector<std::string>& values, const ReportNames& names) {
  Json out = Json::array();
  for (const std::string& value : values) out.push_back(names.name(value));
  return out;
}

// Three digits say all that an entropy tells; more would make reports differ between CPUs.
double rounded(double value) { return std::isfinite(value) ? std::round(value * 1000) / 1000 : 0; }

void set_secret(Json* out, const Finding& finding, const ReportNames& names) {
  if (finding.secret.empty()) {
    (*out)["secret"] = nullptr;
    return;
  }
  set_bytes(out, "secret", "encoding", names.secret(finding.secret));
}

Json explain_json(const Finding& finding, const ReportNames& names) {
  Json out = Json::array();
  for (const ScoreFactor& factor : finding.factors) {
    Json item = Json::object();
    item["name"] = factor.name;
    item["reason"] = names.name(factor.reason);
    item["factor"] = rounded(factor.factor);
    out.push_back(std::move(item));
  }
  return out;
}

Json suppressed_json(const Finding& finding, const ReportNames& names) {
  if (!finding.suppressed) return nullptr;
  Json out = Json::object();
  out["by"] = to_string(finding.suppressed->by);
  out["reason"] = names.name(finding.suppressed->reason);
  out["expires_at"] = nullptr;
  return out;
}

Json validity_json(const Finding& finding, const ReportOptions& options) {
  Json out = Json::object();
  out["state"] = validity_state(finding, options);
  out["checked_at"] = nullptr;
  out["expires_at"] = date_or_null(finding.expires_at);
  return out;
}

Json occurrence_json(const Occurrence& occurrence, const ReportNames& names) {
  Json out = Json::object();
  out["repository"] = names.name(occurrence.repository);
  out["permalink"] = occurrence.permalink ? Json(names.name(*occurrence.permalink)) : Json(nullptr);
  out["object"] = id_or_null(occurrence.object);
  out["object_type"] = to_string(occurrence.object_type);
  if (occurrence.path) {
    set_bytes(&out, "path", "path_encoding", names.name(*occurrence.path));
  } else {
    out["path"] = nullptr;
  }
  out["commit"] = id_or_null(occurrence.commit);
  out["author_name"] = names.name(occurrence.author_name);
  out["author_email"] = names.name(occurrence.author_email);
  out["date"] = date_or_null(occurrence.date);
  out["line"] = occurrence.line;
  out["column"] = occurrence.column;
  out["end_line"] = occurrence.end_line;
  out["end_column"] = occurrence.end_column;
  out["start"] = occurrence.start;
  out["end"] = occurrence.end;
  out["at_tip"] = occurrence.at_tip;
  out["refs"] = names_array(occurrence.refs, names);
  out["ref_count"] = occurrence.ref_count;
  out["removed_in"] = id_or_null(occurrence.removed_in);
  return out;
}

Json incomplete_json(const Summary& summary, const ReportNames& names) {
  Json out = Json::array();
  for (const IncompleteItem& item : summary.incomplete) {
    Json entry = Json::object();
    if (!item.object.empty() || item.path.empty()) entry["object"] = item.object;
    if (!item.path.empty()) set_bytes(&entry, "path", "path_encoding", names.name(item.path));
    entry["reason"] = names.name(item.reason);
    out.push_back(std::move(entry));
  }
  return out;
}

Json by_severity_json(const Summary& summary) {
  Json out = Json::object();
  for (const Severity severity :
       {Severity::kCritical, Severity::kHigh, Severity::kMedium, Severity::kLow}) {
    out[std::string(to_string(severity))] = summary.by_severity[static_cast<std::size_t>(severity)];
  }
  return out;
}

Json bytes_json(const Summary& summary) {
  Json out = Json::object();
  out["logical"] = summary.logical_bytes;
  if (summary.stats) {
    out["decoded"] = summary.decoded_bytes;
    out["scanned"] = summary.scanned_bytes;
  }
  return out;
}

}  // namespace

void set_bytes(Json* object, const char* key, const char* encoding_key, ByteView bytes) {
  if (is_utf8(bytes)) {
    (*object)[key] = bytes;
  } else {
    (*object)[key] = latin1_to_utf8(bytes);
    (*object)[encoding_key] = "latin1";
  }
}

std::string dump_line(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string_view validity_state(const Finding& finding, const ReportOptions& options) {
  return finding.expires_at && *finding.expires_at <= options.as_of ? "expired" : "unknown";
}

Json finding_json(const Finding& finding, ReportNames* names) {
  names->set_own_secret(finding.secret);
  const ReportOptions& options = names->options();
  Json out = Json::object();
  out["type"] = "finding";
  out["id"] = finding.id;
  out["rule"] = finding.rule;
  out["category"] = finding.category;
  out["sensitivity"] = to_string(finding.sensitivity);
  out["kind"] = to_string(finding.kind);
  out["score"] = finding.score;
  if (options.explain) out["explain"] = explain_json(finding, *names);
  out["severity"] = to_string(finding.severity);
  out["confidence"] = to_string(finding.confidence);
  out["entropy"] = rounded(finding.entropy);
  set_secret(&out, finding, *names);
  out["decoded_through"] = names_array(finding.decoded_through, *names);
  out["suppressed"] = suppressed_json(finding, *names);
  out["state"] = finding.state;
  out["validity"] = validity_json(finding, options);
  out["account"] = finding.account ? Json(names->name(*finding.account)) : Json(nullptr);
  out["detail"] = finding.detail ? Json(names->name(*finding.detail)) : Json(nullptr);
  out["published"] = finding.published ? Json(*finding.published) : Json(nullptr);
  out["visibility"] = "unknown";
  out["owners"] = names_array(finding.owners, *names);
  out["first_seen"] = date_or_null(finding.first_seen);
  out["remediation"] = finding.remediation;
  out["also"] = finding.also;
  out["aliases"] = finding.aliases;
  Json& occurrences = out["occurrences"] = Json::array();
  for (const Occurrence& occurrence : finding.occurrences) {
    occurrences.push_back(occurrence_json(occurrence, *names));
  }
  out["occurrence_count"] = finding.occurrence_count;
  names->set_own_secret({});
  return out;
}

Json summary_json(const Summary& summary, const ReportNames& names) {
  Json out = Json::object();
  out["type"] = "summary";
  out["schema"] = 1;
  out["config_applied"] = names_array(summary.config_applied, names);
  out["dragnet"] = summary.version;
  out["rules"] = {{"count", summary.rule_count}, {"hash", summary.rule_hash}};
  out["identity_key"] = summary.identity_key;
  out["targets"] = names_array(summary.targets, names);
  out["objects"] = {{"blobs", summary.blobs},
                    {"commits", summary.commits},
                    {"trees", summary.trees},
                    {"tags", summary.tags},
                    {"files", summary.files}};
  out["bytes"] = bytes_json(summary);
  out["as_of"] = format_date(summary.as_of);
  out["incomplete"] = incomplete_json(summary, names);
  out["findings"] = by_severity_json(summary);
  out["suppressed"] = summary.suppressed;
  out["hidden"] = summary.hidden;
  if (summary.stats) {
    Json& seconds = out["seconds"] = Json::object();
    for (const StageTime& stage : summary.seconds) seconds[stage.stage] = rounded(stage.seconds);
    out["peak_memory"] = summary.peak_memory;
  }
  return out;
}

}  // namespace dragnet
