#pragma once

#include <boost/program_options.hpp>
#include <functional>
#include <string>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// The only argument of a command that prints option_table() in place of running, for the programs
// that write completion.
constexpr const char kListOptions[] = "--list-options";

// One line for each option and for the arguments without one, of five columns with tabs between:
//   --name | first | rest   `first`: the first argument without an option, `rest`: the others
//   flag | value
//   nothing, file, folder or file,folder: what the value names
//   words that the value may be, with spaces between
//   description
std::string option_table(const boost::program_options::options_description& options,
                         const Positional& positional);

// A text value that may be one of `words`.
boost::program_options::typed_value<std::string>* choice(Words words);
boost::program_options::typed_value<std::string>* choice(Arguments words);
// The same for an option that may be repeated.
boost::program_options::typed_value<Arguments>* choices(Words words);

}  // namespace h4h::tools
