#include "tools/h4h-nas/command_ranks.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "nas/train/ranks.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/message.hpp"

namespace h4h::tools {
namespace {

constexpr int kFailedCode = 1, kUsageCode = 2;

}  // namespace

std::string on_ranks(std::string (*command)(const Arguments&), const Arguments& arguments) {
  const nas::RankPlace place = rank_of_process();
  if (place.size == 1) return without_backtrace(command, arguments);
  std::signal(SIGPIPE, SIG_IGN);  // a rank that has ended is an error, which is told
  const std::string rank = fmt::format("rank {} of {}: ", place.rank, place.size);
  try {
    return without_backtrace(command, arguments);
  } catch (const nas::FirstRankFailed&) {
    std::exit(kFailedCode);
  } catch (const nas::RanksError& error) {
    throw std::runtime_error(fmt::format("{}{}; {}", rank, error.what(), kRerun));
  } catch (const UsageError&) {
    if (place.rank == 0) throw;
    std::exit(kUsageCode);
  } catch (const std::exception& error) {
    if (place.rank == 0) throw;
    throw std::runtime_error(rank + message_of(error));
  }
}

}  // namespace h4h::tools
