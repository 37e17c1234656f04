// The parts of a SARIF 2.1.0 log (OASIS, with errata 01) that findings turn into. SARIF shows no
// secret, whatever the options say: these files are uploaded to places that keep them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "report/names.h"

namespace dragnet {

// What the results refer to and a log lists once: rules, and the repositories that paths are
// relative to. Grows with their number, not with the number of findings.
class SarifTables {
 public:
  // Index of the finding's rule in `rules()`.
  std::size_t rule_index(const Finding& finding);
  // "%SRCROOT%" for the first repository, "%SRCROOT2%" and so on for the others.
  std::string uri_base_id(const std::string& repository);

  const Json& rules() const { return rules_; }
  Json original_uri_base_ids() const;
  // Only what has a URL; an empty array otherwise.
  Json version_control_provenance() const;

 private:
  Json rules_ = Json::array();
  std::unordered_map<std::string, std::size_t> rule_indices_;
  std::vector<std::string> repositories_;
};

Json sarif_result(const Finding& finding, ReportNames* names, SarifTables* tables);
Json sarif_driver(const Summary& summary, const SarifTables& tables);
Json sarif_invocation(const Summary& summary, const ReportNames& names);

}  // namespace dragnet
