#include "report/sarif_fields.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/ascii.h"
#include "base/date.h"
#include "report/escape.h"
#include "report/json_fields.h"

namespace dragnet {

namespace {

const char* level_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
    case Severity::kHigh:
      return "error";
    case Severity::kMedium:
      return "warning";
    case Severity::kLow:
      return "note";
  }
  return "error";
}

// GitHub's code scanning sorts by this, as by a CVSS score: critical from 9, high from 7, medium
// from 4.
const char* security_severity(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::kCritical:
      return "9.5";
    case Sensitivity::kHigh:
      return "8.0";
    case Sensitivity::kMedium:
      return "5.5";
    case Sensitivity::kLow:
      return "3.0";
  }
  return "8.0";
}

// In a SARIF message braces are placeholders and square brackets make links.
std::string message_text(std::string_view text) {
  std::string out;
  for (const char c : escape_text(text)) {
    if (c == '{' || c == '}') out += c;
    if (c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

// Bytes that no URI may hold, percent-encoded.
std::string clean_uri(std::string_view text) {
  constexpr std::string_view kAllowed = "-._~:/?#@!$&'()*+,;=%";
  std::string out;
  for (const char c : text) {
    const bool alnum = is_letter(c) || is_digit(c);
    if (alnum || kAllowed.find(c) != std::string_view::npos) {
      out += c;
    } else {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "%%%02X",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += buffer;
    }
  }
  return out;
}

// The URI of a remote: as it is, or "host:path" as an ssh URL. Nothing for a local path.
std::optional<std::string> repository_uri(const std::string& repository) {
  const std::size_t colon = repository.find(':');
  const auto is_word = [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (colon == std::string::npos || colon < 2) return std::nullopt;
  const std::string_view head(repository.data(), colon);
  const std::string_view tail = std::string_view(repository).substr(colon + 1);
  const std::size_t at = head.find('@');
  const std::string_view host = at == std::string_view::npos ? head : head.substr(at + 1);
  if (host.empty() || !std::all_of(host.begin(), host.end(), is_word)) return std::nullopt;
  if (tail.starts_with("//")) {
    const bool scheme = at == std::string_view::npos && head[0] >= 'a' && head[0] <= 'z';
    return scheme && tail.size() > 2 ? std::optional(clean_uri(repository)) : std::nullopt;
  }
  if (tail.empty()) return std::nullopt;
  return clean_uri("ssh://" + std::string(head) + (tail[0] == '/' ? "" : "/") + std::string(tail));
}

bool has_content(const Occurrence& occurrence) {
  return occurrence.object_type != SourceKind::kTree && occurrence.object_type != SourceKind::kRef;
}

Json artifact_location(const Occurrence& occurrence, const ReportNames& names,
                       SarifTables* tables) {
  Json out = Json::object();
  if (occurrence.path) {
    const std::string path = names.name(*occurrence.path);
    if (path.starts_with('/')) {
      out["uri"] = "file://" + percent_encode_path(path);
    } else {
      out["uri"] = percent_encode_path(path);
      out["uriBaseId"] = tables->uri_base_id(names.name(occurrence.repository));
    }
  } else if (occurrence.object && !occurrence.object->empty()) {
    // No tree names it: a git object identifier (the gitoid scheme).
    out["uri"] = "gitoid:" + std::string(to_string(occurrence.object_type)) +
                 (occurrence.object->size == 32 ? ":sha256:" : ":sha1:") + occurrence.object->hex();
  }
  return out;
}

Json region(const Occurrence& occurrence) {
  Json out = Json::object();
  const bool places = occurrence.line > 0 && occurrence.column > 0 && occurrence.end_column > 0 &&
                      occurrence.end_line >= occurrence.line;
  if (places) {
    out["startLine"] = occurrence.line;
    out["startColumn"] = occurrence.column;
    out["endLine"] = occurrence.end_line;
    out["endColumn"] = occurrence.end_column;
  }
  if (occurrence.end >= occurrence.start) {
    out["byteOffset"] = occurrence.start;
    out["byteLength"] = occurrence.end - occurrence.start;
  }
  return out;
}

Json logical_location(const Occurrence& occurrence, const ReportNames& names) {
  std::string name;
  if (occurrence.object && !occurrence.object->empty()) {
    name = occurrence.object->hex();
  } else if (!occurrence.refs.empty()) {
    name = escape_text(names.name(occurrence.refs.front()));
  } else {
    name = to_string(occurrence.object_type);
  }
  return {{"fullyQualifiedName", std::move(name)}, {"kind", to_string(occurrence.object_type)}};
}

Json location(const Occurrence& occurrence, Json properties, const ReportNames& names,
              SarifTables* tables) {
  Json out = Json::object();
  Json artifact = artifact_location(occurrence, names, tables);
  if (!artifact.empty()) {
    Json& physical = out["physicalLocation"] = Json::object();
    physical["artifactLocation"] = std::move(artifact);
    if (has_content(occurrence)) {
      Json where = region(occurrence);
      if (!where.empty()) physical["region"] = std::move(where);
    }
  }
  if (!occurrence.path) {
    out["logicalLocations"] = Json::array({logical_location(occurrence, names)});
  }
  for (const char* key :
       {"path", "path_encoding", "line", "column", "end_line", "end_column", "start", "end"}) {
    properties.erase(key);
  }
  out["properties"] = std::move(properties);
  return out;
}

// Those at a branch tip first: most consumers show the first location only, on the files as they
// stand. Otherwise the finding's own order.
std::vector<std::size_t> location_order(const Finding& finding) {
  std::vector<std::size_t> order(finding.occurrences.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return finding.occurrences[i].at_tip; });
  return order;
}

std::string result_message(const Finding& finding, const ReportNames& names) {
  std::string out = finding.description.empty() ? finding.rule : finding.description;
  if (!finding.secret.empty()) out += ": " + names.secret(finding.secret);
  out += "; score " + std::to_string(finding.score);
  if (finding.first_seen) out += ", since " + format_date(*finding.first_seen).substr(0, 10);
  if (finding.occurrence_count > 1) {
    out += ", in " + std::to_string(finding.occurrence_count) + " places";
  }
  return message_text(out);
}

}  // namespace

std::size_t SarifTables::rule_index(const Finding& finding) {
  const auto [entry, added] = rule_indices_.try_emplace(finding.rule, rules_.size());
  if (!added) return entry->second;
  Json rule = Json::object();
  rule["id"] = finding.rule;
  rule["shortDescription"] = {
      {"text", message_text(finding.description.empty() ? finding.rule : finding.description)}};
  if (!finding.remediation.empty()) rule["help"] = {{"text", message_text(finding.remediation)}};
  rule["properties"] = {{"category", finding.category},
                        {"kind", to_string(finding.kind)},
                        {"sensitivity", to_string(finding.sensitivity)},
                        {"security-severity", security_severity(finding.sensitivity)},
                        {"tags", Json::array({"security"})}};
  rules_.push_back(std::move(rule));
  return entry->second;
}

std::string SarifTables::uri_base_id(const std::string& repository) {
  auto known = std::find(repositories_.begin(), repositories_.end(), repository);
  if (known == repositories_.end()) {
    known = repositories_.insert(repositories_.end(), repository);
  }
  const std::ptrdiff_t index = known - repositories_.begin();
  return index == 0 ? "%SRCROOT%" : "%SRCROOT" + std::to_string(index + 1) + "%";
}

Json SarifTables::original_uri_base_ids() const {
  Json out = Json::object();
  SarifTables numbering;
  for (const std::string& repository : repositories_) {
    const std::string text = repository.empty() ? "the target" : message_text(repository);
    out[numbering.uri_base_id(repository)] = {{"description", {{"text", text}}}};
  }
  return out;
}

Json SarifTables::version_control_provenance() const {
  Json out = Json::array();
  SarifTables numbering;
  for (const std::string& repository : repositories_) {
    const std::string base_id = numbering.uri_base_id(repository);
    const std::optional<std::string> uri = repository_uri(repository);
    if (!uri) continue;
    Json entry = Json::object();
    entry["repositoryUri"] = *uri;
    entry["mappedTo"] = {{"uriBaseId", base_id}};
    out.push_back(std::move(entry));
  }
  return out;
}

Json sarif_result(const Finding& finding, ReportNames* names, SarifTables* tables) {
  Json properties = finding_json(finding, names);
  names->set_own_secret(finding.secret);
  Json out = Json::object();
  out["ruleId"] = finding.rule;
  out["ruleIndex"] = tables->rule_index(finding);
  out["level"] = level_of(finding.severity);
  out["message"] = {{"text", result_message(finding, *names)}};
  Json& locations = out["locations"] = Json::array();
  for (const std::size_t i : location_order(finding)) {
    locations.push_back(
        location(finding.occurrences[i], std::move(properties["occurrences"][i]), *names, tables));
  }
  if (finding.suppressed) {
    const bool in_source = finding.suppressed->by == SuppressedBy::kInline;
    out["suppressions"] =
        Json::array({{{"kind", in_source ? "inSource" : "external"},
                      {"status", "accepted"},
                      {"justification", names->name(finding.suppressed->reason)}}});
  }
  out["partialFingerprints"] = {{"dragnet/v1", finding.id}};
  out["rank"] = std::clamp(finding.score, 0, 100);
  for (const char* key : {"type", "id", "rule", "score", "remediation", "occurrences"}) {
    properties.erase(key);
  }
  out["properties"] = std::move(properties);
  names->set_own_secret({});
  return out;
}

Json sarif_driver(const Summary& summary, const SarifTables& tables) {
  Json out = Json::object();
  out["name"] = "dragnet";
  out["version"] = summary.version;
  out["notifications"] = Json::array(
      {{{"id", "incomplete"},
        {"shortDescription", {{"text", "Something that was asked for was not scanned"}}}}});
  out["rules"] = tables.rules();
  return out;
}

Json sarif_invocation(const Summary& summary, const ReportNames& names) {
  Json out = Json::object();
  out["executionSuccessful"] = summary.incomplete.empty();
  if (summary.incomplete.empty()) return out;
  Json& notifications = out["toolExecutionNotifications"] = Json::array();
  for (const IncompleteItem& item : summary.incomplete) {
    const std::string path = names.name(item.path);
    const std::string& what = item.object.empty() ? path : item.object;
    Json entry = Json::object();
    entry["descriptor"] = {{"id", "incomplete"}, {"index", 0}};
    entry["level"] = "error";
    entry["message"] = {
        {"text", message_text("not scanned: " + what + ": " + names.name(item.reason))}};
    if (!path.empty()) {
      const std::string uri = (path[0] == '/' ? "file://" : "") + percent_encode_path(path);
      entry["locations"] =
          Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", uri}}}}}}});
    }
    notifications.push_back(std::move(entry));
  }
  return out;
}

}  // namespace dragnet
