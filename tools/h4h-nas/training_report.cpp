#include "tools/h4h-nas/training_report.hpp"

#include <fmt/format.h>

#include "nas/report/training_page.hpp"
#include "nas/train/health.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "sim/report/checksum.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h-nas/alone.hpp"
#include "tools/h4h-nas/training_command.hpp"

namespace h4h::tools {
namespace {

// A member of train.json, or null.
Document member(const Document& train, const char* name) {
  const Document* const found = train.find(name);
  return found == nullptr ? Document() : *found;
}

bool is(const Document& part, const char* name, const Document& value) {
  const Document* const found = part.is_null() ? nullptr : part.find(name);
  return found != nullptr && *found == value;
}

// train.json as an earlier command left it; an empty object where it is not there or not whole.
Document known(const RunFolder& folder) {
  const std::filesystem::path file = folder.file(nas::kTrainingArguments);
  const std::string text = read_file_if_there(file, nas::kTrainingArgumentsLimit).value_or("");
  if (!sim::has_valid_checksum(text)) return Document::object();
  try {
    return sim::parse_json_with_checksum(text);
  } catch (const DocumentError& error) {
    throw nas::TrainingFileError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace

void TrainingReport::begin(const std::string& identity) {
  const Document train = known(run_.folder);
  const Document health = member(train, "health"), alone = member(train, "alone");
  if (is(health, "supernet", identity) && is(health, "asked", options_.health_networks)) {
    health_ = health;
  }
  const bool same = is(alone, "asked", options_.alone) &&
                    is(alone, "seed", static_cast<std::int64_t>(options_.alone_seed));
  if (is(alone, "supernet", identity) && (same || options_.alone == 0)) alone_ = alone;
  write_arguments();
}

std::string TrainingReport::finish(const nas::Supernet& supernet, const std::string& identity,
                                   const nas::Split& split) {
  std::string text;
  if (options_.health_networks > 0) text += measure_health(supernet, identity, split);
  if (options_.alone > 0) text += measure_alone(supernet, identity, split);
  write_page();
  return text;
}

Document TrainingReport::described() const {
  Document shown = sim::provenance("h4h.train/1");
  shown.update(nas::to_document(run_.arguments));
  shown.erase("space_text");
  shown.erase("recipe_text");
  if (!health_.is_null()) shown["health"] = health_;
  if (!alone_.is_null()) shown["alone"] = alone_;
  return shown;
}

void TrainingReport::write_arguments() const {
  run_.folder.write(nas::kTrainingArguments, sim::json_with_checksum(described()),
                    nas::kTrainingArgumentsLimit);
}

void TrainingReport::write_page() const {
  const std::string metrics =
      read_file(run_.folder.file(nas::kTrainingMetrics), nas::kTrainingMetricsLimit);
  run_.folder.write(nas::kTrainingPage,
                    nas::format_training_page(run_.space.name(), described(), metrics,
                                              training_command(run_.arguments)));
}

nas::Subspace TrainingReport::subspace() const {
  return {run_.space, nas::recipe_of(run_.arguments).phases.back().subspace};
}

// Against the smallest network, on the held-out images.
std::string TrainingReport::measure_health(const nas::Supernet& supernet,
                                           const std::string& identity, const nas::Split& split) {
  if (health_.is_null()) {
    const nas::Health health = nas::measure_health(
        run_.space, subspace(), supernet, nas::evaluation_images(*split.train, *split.holdout),
        static_cast<std::size_t>(options_.health_networks), run_.arguments.bf16);
    health_ = Document{{"supernet", identity}, {"asked", options_.health_networks}};
    health_.update(nas::to_document(run_.space, health));
    write_arguments();
  }
  const auto summary = nas::health_summary(health_);
  return fmt::format("health: {}\n", summary ? nas::to_text(*summary) : "unknown");
}

std::string TrainingReport::measure_alone(const nas::Supernet& supernet,
                                          const std::string& identity, const nas::Split& split) {
  if (alone_.is_null()) {
    const nas::Subspace networks = subspace();
    const auto sample = [&](nas::Random& random) { return networks.sample(random); };
    const nas::AloneNetworks measured = measured_alone(
        run_, supernet, split,
        nas::networks_of_all_sizes(run_.space, sample, static_cast<std::size_t>(options_.alone),
                                   options_.alone_seed),
        options_.alone_seed);
    alone_ = Document{{"supernet", identity},
                      {"asked", options_.alone},
                      {"seed", static_cast<std::int64_t>(options_.alone_seed)},
                      {"text", nas::to_text(measured)}};
    alone_.update(nas::to_document(run_.space, measured));
    write_arguments();
  }
  return fmt::format("alone: {}\n", alone_.at("text").text());
}

}  // namespace h4h::tools
