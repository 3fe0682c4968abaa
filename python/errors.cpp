#include "python/errors.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <filesystem>

#include "base/csv/csv_table.hpp"
#include "base/file/input_file.hpp"
#include "nas/space/space.hpp"
#include "platforms/description/errors.hpp"
#include "python/bindings.hpp"
#include "sim/costs/job_results.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/run_mapped.hpp"

namespace h4h::python {
namespace {

// `name`: a class of h4h/errors.py.
void set(const char* name, const std::exception& error) {
  const std::string text = as_arguments(error.what());
  PyErr_SetString(py::module_::import("h4h.errors").attr(name).ptr(), text.c_str());
}

void set_from_code(int code, const std::string& path) {
  errno = code;
  PyErr_SetFromErrnoWithFilename(PyExc_OSError, path.c_str());
}

void translate(std::exception_ptr thrown) {  // NOLINT: as pybind11 calls it
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const tools::UsageError& error) {
    set("UsageError", error);
  } catch (const tools::InfeasibleRun& error) {
    set("InfeasibleError", error);
  } catch (const platforms::PlatformError& error) {
    set("PlatformError", error);
  } catch (const workloads::NetworkError& error) {
    set("NetworkError", error);
  } catch (const sim::MappingFileError& error) {
    set("MappingError", error);
  } catch (const nas::SpaceError& error) {
    set("SpaceError", error);
  } catch (const sim::JobFailed& error) {
    set("SimulationError", error);
  } catch (const CsvError& error) {
    set("Error", error);
  } catch (const DocumentError& error) {
    set("Error", error);
  } catch (const FileError& error) {
    PyErr_SetString(error.is_missing() ? PyExc_FileNotFoundError : PyExc_OSError, error.what());
  } catch (const py::cast_error&) {
    PyErr_SetString(PyExc_TypeError, "a value of a wrong type");
  } catch (const std::filesystem::filesystem_error& error) {
    set_from_code(error.code().value(), error.path1().string());
  }
}

int problem_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  return ::access(path.c_str(), R_OK) == 0 ? 0 : errno;
}

}  // namespace

void require_file(const std::string& path) {
  const int problem = problem_of(path);
  if (problem == 0) return;
  set_from_code(problem, path);
  throw py::error_already_set();
}

std::string as_arguments(std::string message) {
  for (std::size_t at = message.find("--"); at != std::string::npos; at = message.find("--", at)) {
    const bool begins = at == 0 || message[at - 1] == ' ' || message[at - 1] == '\'';
    std::size_t end = at + 2;
    const auto is_letter = [&](std::size_t i) {
      return i < message.size() && std::islower(static_cast<unsigned char>(message[i])) != 0;
    };
    if (!begins || !is_letter(end)) {
      at = end;
      continue;
    }
    for (; is_letter(end) || (end < message.size() && message[end] == '-'); ++end) {
      if (message[end] == '-') message[end] = '_';
    }
    message.erase(at, 2);
  }
  return message;
}

void bind_errors(py::module_& /*module*/) { py::register_exception_translator(translate); }

}  // namespace h4h::python
