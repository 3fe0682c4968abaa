#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h/program.hpp"

int main(int argc, char* argv[]) {
  using namespace h4h::tools;
  keep_freed_memory();
  return run_program({"h4h-nas",
                      "h4h-nas: the half of h4h that trains, on LibTorch; h4h starts it",
                      {{"train", "a supernet: the weights of every network of a space", train},
                       {"search", "networks of a trained supernet on a platform", search}}},
                     argc, argv);
}
