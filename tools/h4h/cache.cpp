#include <fmt/format.h>

#include "platforms/description/layer_hardware.hpp"
#include "sim/costs/job_results.hpp"
#include "sim/job/wire.hpp"
#include "sim/report/provenance.hpp"
#include "sim/session/session.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

std::int64_t results_in(const std::vector<sim::StoredSet>& sets, bool of_this_model) {
  std::int64_t count = 0;
  for (const sim::StoredSet& set : sets) {
    if ((set.model == sim::kResultVersion) == of_this_model) count += set.results;
  }
  return count;
}

std::string stats(const sim::CostStore& store, const Parsed& /*parsed*/) {
  const std::vector<sim::StoredSet> sets = store.sets();
  return fmt::format(
      "file      {}\nsize      {:.1f} MB\nprogram   h4h {}\nmodel     {}\nchips     {}\n"
      "results   {}\nobsolete  {} of other model versions\n",
      store.file().string(), static_cast<double>(fs::file_size(store.file())) * 1e-6,
      sim::program_version(), sim::kModelVersion, sets.size(), results_in(sets, true),
      results_in(sets, false));
}

// Re-simulates a result: the job where it differs.
class Verifier {
 public:
  std::optional<std::string> check(const sim::StoredResult& stored) {
    if (!session_ || stored.hardware != hardware_) {
      session_ = std::make_unique<sim::Session>(platforms::hardware_of(stored.hardware));
      hardware_ = stored.hardware;
    }
    const sim::LayerJob job = sim::decode_job(stored.job);
    if (session_->run(job) == stored.result) return std::nullopt;
    return sim::canonical_text(job);
  }

 private:
  std::string hardware_;
  std::unique_ptr<sim::Session> session_;
};

std::string verify(const sim::CostStore& store, const Parsed& parsed) {
  if (const auto damage = store.damage()) {
    throw std::runtime_error(fmt::format("{}: {}", store.file().string(), *damage));
  }
  const auto sample = static_cast<std::int64_t>(whole(parsed, "sample", 1, INT64_MAX));
  const auto seed = static_cast<std::int64_t>(seed_of(parsed, INT64_MAX));
  const std::int64_t all = results_in(store.sets(), true);
  const std::int64_t stride = std::max<std::int64_t>(1, all / sample);
  Verifier verifier;
  std::string wrong;
  const std::vector<sim::StoredResult> chosen = store.sample(seed % stride, stride);
  for (const sim::StoredResult& stored : chosen) {
    if (const auto job = verifier.check(stored)) wrong += "differs: " + *job + "\n";
  }
  const std::string text = fmt::format("{} of {} results re-simulated", chosen.size(), all);
  if (!wrong.empty())
    throw FailedCheck(wrong, text + "; some differ: clear the cache with 'h4h cache clear'");
  return text + ": all are identical\n";
}

std::string clear(sim::CostStore& store, const Parsed& parsed) {
  const auto count = [&] {
    return results_in(store.sets(), true) + results_in(store.sets(), false);
  };
  const std::int64_t before = count();
  store.clear(parsed.values.count("old") > 0);
  return fmt::format("{} of {} results removed from {}\n", before - count(), before,
                     store.file().string());
}

// A file that is no cache any more goes as a whole, with what SQLite keeps beside it.
std::string remove_broken(const fs::path& file, const std::string& problem) {
  for (const char* const suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
  return fmt::format("{} removed: {}\n", file.string(), problem);
}

std::string merge(sim::CostStore& store, const Arguments& files) {
  if (files.empty()) throw UsageError("merge requires files to merge from");
  for (const std::string& file : files) {
    if (!fs::exists(file)) throw std::runtime_error(file + ": no such file");
  }
  std::string text;
  for (const std::string& file : files) {
    try {
      text += fmt::format("{}: {} new results\n", file, store.merge(file));
    } catch (const sim::DatabaseError& error) {
      throw std::runtime_error(fmt::format("{}: {}", file, error.what()));
    }
  }
  return text;
}

Options options() {
  Options options("options");
  add_cache_option(options);
  // clang-format off
  options.add_options()
      ("sample", po::value<std::string>()->default_value("200")->value_name("N"), "verify: approximate number of results")
      ("old", "clear: only results of other model versions");
  // clang-format on
  add_seed_option(options, 0);
  return options;
}

void refuse_options_of_others(const std::string& what, const Parsed& parsed) {
  const auto refuse = [&](const char* option, const char* other) {
    if (what == other || !given(parsed, option)) return;
    throw UsageError(fmt::format("cache {} takes no --{}; cache {} does", what, option, other));
  };
  refuse("sample", "verify");
  refuse("seed", "verify");
  refuse("old", "clear");
}

std::string run(const std::string& what, const fs::path& file, const Arguments& files,
                const Parsed& parsed) {
  if (what == "merge") {
    sim::CostStore store(file);
    if (store.problem()) throw sim::DatabaseError(*store.problem());
    return merge(store, files);
  }
  if (!files.empty()) throw UsageError("cache " + what + " takes no files");
  if (!fs::exists(file)) return fmt::format("{}: no cached results yet\n", file.string());
  sim::CostStore store = sim::CostStore::existing(file);
  if (what == "stats") return stats(store, parsed);
  return what == "verify" ? verify(store, parsed) : clear(store, parsed);
}

const Arguments kVerbs{"stats", "verify", "clear", "merge"};

}  // namespace

std::string cache(const Arguments& arguments) {
  const Parsed parsed =
      parse(arguments, options(),
            "usage: h4h cache stats|verify|clear|merge [FILE...] [--cache FILE]\n"
            "The cache of simulated layers: one SQLite file that all commands share.\n"
            "  stats          number of results, by version of the model\n"
            "  verify         re-simulates a random sample and compares it to the bit\n"
            "  clear [--old]  deletes all results, or those of other model versions\n"
            "  merge FILE...  adds the results of other cache files, such as of other machines\n",
            {kArguments, kVerbs, "FILE"});
  if (parsed.help) return {};
  Arguments words = list_of(parsed, kArguments);
  const std::string& what = kVerbs[take_subcommand(words, kVerbs)];
  refuse_options_of_others(what, parsed);
  const auto file = cache_file(parsed);
  if (!file) throw UsageError("the cache is off (none): give --cache FILE");
  try {
    return run(what, *file, words, parsed);
  } catch (const sim::DatabaseError& error) {
    const bool broken = dynamic_cast<const sim::BrokenDatabase*>(&error) != nullptr;
    const bool ours = !optional(parsed, "cache") && file == sim::default_store();
    const bool all = what == "clear" && parsed.values.count("old") == 0;
    if (all && ours && broken) return remove_broken(*file, error.what());
    throw std::runtime_error(fmt::format("{}: {}", file->string(), error.what()));
  }
}

}  // namespace h4h::tools
