#include "nas/train/arguments.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace h4h::nas {
namespace {

using Json = nlohmann::ordered_json;

// Calls `field` with the name and the value of every argument.
template <typename Arguments, typename Field>
void each(Arguments& a, Field field) {
  field("space", a.space);
  field("data", a.data);
  field("recipe", a.recipe);
  field("steps", a.steps);
  field("batch", a.batch);
  field("networks", a.networks);
  field("learning_rate", a.learning_rate);
  field("seed", a.seed);
  field("distillation", a.distillation);
  field("augmentation", a.augmentation);
  field("bf16", a.bf16);
  field("device", a.device);
  field("threads", a.threads);
  field("space_text", a.space_text);
}

Json json_of(const TrainArguments& arguments) {
  Json json = Json::object();
  each(arguments, [&](const char* name, const auto& value) { json[name] = value; });
  return json;
}

}  // namespace

std::string to_json(const TrainArguments& arguments) { return json_of(arguments).dump(); }

TrainArguments train_arguments(const std::string& text) {
  TrainArguments arguments;
  try {
    const Json json = Json::parse(text);
    each(arguments, [&](const char* name, auto& value) { json.at(name).get_to(value); });
  } catch (const Json::exception& error) {
    throw std::invalid_argument(fmt::format("not the arguments of a training: {}", error.what()));
  }
  return arguments;
}

std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here) {
  const Json a = json_of(there), b = json_of(here);
  for (const auto& [name, value] : a.items()) {
    if (value == b.at(name)) continue;
    if (name == "space_text") return "the space file " + here.space + " has been changed since";
    return fmt::format("{} is {} there and {} here", name, value.dump(), b.at(name).dump());
  }
  return std::nullopt;
}

}  // namespace h4h::nas
