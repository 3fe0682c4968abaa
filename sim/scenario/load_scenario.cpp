#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/yaml/fields.hpp"
#include "base/yaml/file.hpp"
#include "platforms/description/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "workloads/import/network_name.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;
using models::Picoseconds;
using platforms::Dimension;
using yaml::Fields;
using yaml::Node;

constexpr yaml::FileKind kKind{"scenario file", "a map with duration and networks"};
constexpr std::size_t kMostStreams = 100;
constexpr std::int64_t kMostRate = 1'000'000;  // Hz

class Reader {
 public:
  Reader(const Node& root, fs::path file) : top_(root, "", problems_), file_(std::move(file)) {}

  Scenario read() {
    scenario_.name = top_.text_or("name", file_.stem().string());
    scenario_.duration = time(top_, "duration", "how long frames arrive, such as 1 s");
    scenario_.policy = kPolicies.at(top_.choice("policy", yaml::words_of(kPolicies), 0));
    scenario_.idle = kIdles.at(top_.choice("idle", yaml::words_of(kIdles), 0));
    const Node* const list = top_.require("networks", "a list of networks");
    if (list != nullptr) read_streams(*list);
    if (problems_.count() == 0) check_frames();
    top_.finish();
    if (problems_.count() > 0) throw ScenarioError(problems_.text(file_.string()));
    return std::move(scenario_);
  }

 private:
  void check_frames() {
    std::int64_t frames = 0;
    std::vector<std::int64_t> of_stream;
    for (const Stream& stream : scenario_.streams) {
      const std::int64_t open = scenario_.duration.count - stream.offset.count;
      const std::int64_t own =
          stream.after
              ? of_stream[*stream.after]
              : std::max<std::int64_t>(0, (open + stream.period.count - 1) / stream.period.count);
      of_stream.push_back(own);
      frames += own;
    }
    if (frames <= kMostFrames) return;
    top_.problem(1, fmt::format("{} frames arrive within the duration; at most {} are simulated",
                                frames, kMostFrames));
  }

  // Above 0; must be there.
  Picoseconds time(Fields& fields, const char* key, const char* hint) {
    const Node* const node = fields.require(key, hint);
    return node == nullptr ? Picoseconds{1} : time_of(fields, *node, key, 1);
  }

  Picoseconds time_of(Fields& fields, const Node& node, const char* key, std::int64_t least) {
    constexpr std::int64_t kMost = 3600 * models::kPicosecondsPerSecond;
    const std::int64_t ps = quantity(fields, node, key, Dimension::time);
    if (ps >= least && ps <= kMost) return {ps};
    fields.problem(node.line, fmt::format("{} must be {}..3600 s, not {}", key,
                                          least > 0 ? "above 0" : "0", node.text));
    return {1};
  }

  // In base units; 1 where it is none.
  std::int64_t quantity(Fields& fields, const Node& node, const char* key, Dimension dimension) {
    try {
      if (!node.is_text()) throw platforms::QuantityError("is no number with a unit");
      return std::get<std::int64_t>(platforms::parse_whole(node.text, dimension));
    } catch (const platforms::QuantityError& error) {
      fields.problem(node.line, fmt::format("{}: {}", key, error.what()));
      return 1;
    }
  }

  void read_streams(const Node& list) {
    if (!list.is_list() || list.items.empty() || list.items.size() > kMostStreams) {
      return top_.problem(list.line, fmt::format("networks must be a list of 1..{}", kMostStreams));
    }
    for (const Node& item : list.items) {
      if (!item.is_map()) {
        top_.problem(item.line,
                     "networks: every entry is a map, {name: ..., network: ..., rate: ...}");
        continue;
      }
      read_stream(item);
    }
  }

  void read_stream(const Node& item) {
    const Node* const name = item.value("name");
    const std::string word = name != nullptr && name->is_text() ? name->text : "";
    Fields fields(item, word.empty() ? "network" : fmt::format("network '{}'", word), problems_);
    Stream stream;
    stream.name = fields.text("name", "a name that no other network has");
    if (find(stream.name)) fields.problem(item.line, "its name is taken by a network above");
    stream.line = item.line;
    stream.network = fields.text("network", "a file or the name of a built-in network");
    stream.found = found(stream.network);
    const auto& strategies = kEnumValues<Strategy>;
    stream.mapping =
        strategies.at(fields.choice("mapping", yaml::words_of(strategies), strategies.size() - 1));
    const Node* const rate = fields.find("rate");
    const Node* const after = fields.find("after");
    if ((rate == nullptr) == (after == nullptr)) {
      fields.problem(item.line,
                     "either rate (such as 30 Hz) or after (the name of a network above)");
    }
    if (rate != nullptr) read_rate(fields, *rate, stream);
    if (after != nullptr) read_after(fields, *after, stream);
    if (const Node* const deadline = fields.find("deadline")) {
      stream.deadline = time_of(fields, *deadline, "deadline", 1);
    }
    fields.finish();
    scenario_.streams.push_back(std::move(stream));
  }

  // A file beside the scenario's, or what stands ahead of a `#`: a space, or a search's folder.
  std::string found(const std::string& named) const {
    std::error_code ignored;
    const fs::path whole = file_.parent_path() / named;
    if (fs::is_regular_file(whole, ignored)) return whole.string();
    const auto inside = workloads::network_in_file(named);
    const bool beside = inside && fs::exists(file_.parent_path() / inside->file, ignored);
    return beside ? whole.string() : named;
  }

  void read_rate(Fields& fields, const Node& node, Stream& stream) {
    const std::int64_t hz = quantity(fields, node, "rate", Dimension::frequency);
    if (hz < 1 || hz > kMostRate) {
      return fields.problem(node.line, fmt::format("rate must be 1 Hz..1 MHz, not {}", node.text));
    }
    stream.period = models::Clock(hz).time(1);
    stream.deadline = stream.period;
    if (const Node* const offset = fields.find("offset")) {
      stream.offset = time_of(fields, *offset, "offset", 0);
    }
  }

  void read_after(Fields& fields, const Node& node, Stream& stream) {
    stream.after = find(node.text);
    if (!stream.after) {
      std::vector<std::string> names;
      for (const Stream& other : scenario_.streams) names.push_back(other.name);
      return fields.problem(node.line, fmt::format("after: '{}' is no network above this one; "
                                                   "above: {}",
                                                   node.text, fmt::join(names, ", ")));
    }
    std::size_t first = *stream.after;
    while (scenario_.streams[first].after) first = *scenario_.streams[first].after;
    stream.deadline = scenario_.streams[first].period;
  }

  std::optional<std::size_t> find(const std::string& name) const {
    const auto found =
        std::find_if(scenario_.streams.begin(), scenario_.streams.end(),
                     [&](const Stream& stream) { return stream.name == name && !name.empty(); });
    if (found == scenario_.streams.end()) return std::nullopt;
    return static_cast<std::size_t>(found - scenario_.streams.begin());
  }

  Problems problems_;
  Fields top_;
  fs::path file_;
  Scenario scenario_;
};

}  // namespace

std::string_view to_string(Policy policy) {
  return policy == Policy::deadline ? "deadline" : "order";
}

std::string_view to_string(Idle idle) { return idle == Idle::on ? "on" : "sleep"; }

Scenario load_scenario(const fs::path& file) {
  const std::string text = read_file_or<ScenarioError>(file, yaml::limit_of(kKind));
  const Node root = yaml::root_of<ScenarioError>(text, file, kKind);
  return Reader(root, file).read();
}

}  // namespace h4h::sim
