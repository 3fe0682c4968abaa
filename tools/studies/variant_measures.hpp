#pragma once

#include "sim/uncertainty/uncertainty.hpp"
#include "tools/studies/study.hpp"

namespace h4h::studies {

// What studies measured on a variant of the chip, by their names.
using StudyMeasures = std::map<std::string, Measures>;

// As a line of JSON, {"variant":3,"measures":{"fig3":{...}},"checksum":"..."}
// (sim/report/checksum.hpp); what is no number is null.
std::string variant_line(std::size_t variant, const StudyMeasures& measures);

// Lines of variants below `variants`, by their numbers. One that does not match its checksum is
// left out: a kill has cut it off, or it is damaged. Throws DocumentError that names the line where
// one with the right checksum is not as variant_line writes it.
std::map<std::size_t, StudyMeasures> parse_variant_lines(const std::string& text,
                                                         std::size_t variants);

// A measure of a study in every variant; nullopt where it is none, or no number.
sim::Outcomes outcomes_of(const std::vector<StudyMeasures>& variants, const std::string& study,
                          const std::string& measure);

}  // namespace h4h::studies
