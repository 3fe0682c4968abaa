#include "nas/supernet/batched_product.hpp"

#include <dlfcn.h>

namespace h4h::nas {
namespace {

using Gemm = void (*)(const char*, const char*, const int*, const int*, const int*, const float*,
                      const float*, const int*, const float*, const int*, const float*, float*,
                      const int*);

Gemm blas() {
  static const auto gemm = reinterpret_cast<Gemm>(dlsym(RTLD_DEFAULT, "sgemm_"));
  return gemm;
}

bool has_dense_rows(const torch::Tensor& x) { return x.stride(3) == 1 && x.stride(2) >= x.size(3); }

// Rows or columns dense, copied only where neither are.
torch::Tensor usable(const torch::Tensor& x) {
  return has_dense_rows(x) || has_dense_rows(x.transpose(2, 3)) ? x : x.contiguous();
}

int leading(const torch::Tensor& x) {
  return static_cast<int>(has_dense_rows(x) ? x.stride(2) : x.stride(3));
}

// out = a b, all [n, heads, ., .], `out` with dense rows. BLAS counts in columns, so it is told
// of the transposes: out' = b' a'.
void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out) {
  const char* const of_a = has_dense_rows(a) ? "N" : "T";
  const char* const of_b = has_dense_rows(b) ? "N" : "T";
  const int rows = static_cast<int>(a.size(2)), inner = static_cast<int>(a.size(3));
  const int columns = static_cast<int>(b.size(3));
  const int lda = leading(a), ldb = leading(b), ldc = leading(out);
  const float one = 1, zero = 0;
  for (std::int64_t i = 0; i < a.size(0); ++i) {
    for (std::int64_t head = 0; head < a.size(1); ++head) {
      const auto offset = [&](const torch::Tensor& x) {
        return i * x.stride(0) + head * x.stride(1);
      };
      blas()(of_b, of_a, &columns, &rows, &inner, &one, b.data_ptr<float>() + offset(b), &ldb,
             a.data_ptr<float>() + offset(a), &lda, &zero, out.data_ptr<float>() + offset(out),
             &ldc);
    }
  }
}

// The heads of a token side by side where rows are as short as a head's, which is how they are used
// next; whole matrices else.
torch::Tensor product(const torch::Tensor& left, const torch::Tensor& right) {
  const torch::Tensor a = usable(left), b = usable(right);
  const std::int64_t n = a.size(0), heads = a.size(1), rows = a.size(2), columns = b.size(3);
  torch::Tensor out = columns < rows
                          ? torch::empty({n, rows, heads, columns}, a.options()).transpose(1, 2)
                          : torch::empty({n, heads, rows, columns}, a.options());
  multiply(a, b, out);
  return out;
}

struct BatchedProduct : torch::autograd::Function<BatchedProduct> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& a,
                               const torch::Tensor& b) {
    context->save_for_backward({a, b});
    return product(a, b);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const torch::Tensor& gradient = gradients[0];
    return {product(gradient, saved[1].transpose(2, 3)),
            product(saved[0].transpose(2, 3), gradient)};
  }
};

bool is_plain(const torch::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == torch::kFloat;
}

}  // namespace

torch::Tensor batched_product(const torch::Tensor& a, const torch::Tensor& b) {
  const bool ours = is_plain(a) && is_plain(b) && blas() != nullptr;
  return ours ? BatchedProduct::apply(a, b) : torch::matmul(a, b);
}

}  // namespace h4h::nas
