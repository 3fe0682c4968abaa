#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h/program.hpp"

int main(int argc, char* argv[]) {
  using namespace h4h::tools;
  keep_freed_memory();
  return run_program({"h4h-nas",
                      "h4h-nas: the commands of h4h that need LibTorch; h4h starts it",
                      {{"train", "train a supernet: the shared weights of a search space",
                        [](const Arguments& a) { return without_backtrace(train, a); }},
                       {"export", "a trained network as ONNX or TensorFlow Lite file",
                        [](const Arguments& a) { return without_backtrace(export_network, a); }},
                       {"reproduce", "studies of the paper on trained supernets",
                        [](const Arguments& a) { return without_backtrace(reproduce, a); }},
                       {"search", "Pareto front of a trained supernet on a platform",
                        [](const Arguments& a) { return without_backtrace(search, a); }}}},
                     argc, argv);
}
