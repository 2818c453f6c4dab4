using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Scalar left, Tensor right) => Result(cohort_number_sub(left, right.Handle), right);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Scalar left, Tensor right) => Result(cohort_number_div(left, right.Handle), right);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public Tensor neg() => Result(cohort_neg(Handle), this);

        public Tensor sqrt() => Result(cohort_sqrt(Handle), this);

        public Tensor exp() => Result(cohort_exp(Handle), this);

        public Tensor log() => Result(cohort_log(Handle), this);

        public Tensor abs() => Result(cohort_abs(Handle), this);

        public Tensor relu()
        {
            var result = Result(cohort_relu(Handle), this);
            return Trace.Active?.Add("relu", result, [this]) ?? result;
        }

        public Tensor sigmoid() => Result(cohort_sigmoid(Handle), this);

        public Tensor tanh() => Result(cohort_tanh(Handle), this);

        /// <summary>True where an element is neither infinite nor NaN.</summary>
        public Tensor isfinite() => Result(cohort_isfinite(Handle), this);

        public Tensor add(Tensor target) => add(target, 1);

        /// <summary>this + alpha * target</summary>
        public Tensor add(Tensor target, Scalar alpha) => Result(cohort_add(Handle, target.Handle, alpha), this, target);

        public Tensor add(Scalar scalar) => Result(cohort_add_number(Handle, scalar), this);

        public Tensor sub(Tensor target) => Result(cohort_sub(Handle, target.Handle, 1), this, target);

        public Tensor sub(Scalar scalar) => Result(cohort_sub_number(Handle, scalar), this);

        public Tensor mul(Tensor target) => Result(cohort_mul(Handle, target.Handle), this, target);

        public Tensor mul(Scalar scalar) => Result(cohort_mul_number(Handle, scalar), this);

        public Tensor div(Tensor target) => Result(cohort_div(Handle, target.Handle), this, target);

        public Tensor div(Scalar target) => Result(cohort_div_number(Handle, target), this);

        public Tensor pow(Tensor exponent) => Result(cohort_pow(Handle, exponent.Handle), this, exponent);

        public Tensor pow(Scalar exponent) => Result(cohort_pow_number(Handle, exponent), this);

        public Tensor eq(Tensor target) => Result(cohort_eq(Handle, target.Handle), this, target);

        public Tensor eq(Scalar target) => Result(cohort_eq_number(Handle, target), this);

        /// <summary>Limits every element to [min, max]; a bound that is null does not limit.</summary>
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min.GetValueOrDefault(), max.GetValueOrDefault());
            return Result(cohort_clamp(Handle, min is null ? null : &low, max is null ? null : &high), this);
        }

        /// <summary>The product of matrices, batches of them, or vectors.</summary>
        public Tensor matmul(Tensor target) => Result(cohort_matmul(Handle, target.Handle), this, target);

        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Result(cohort_mm(Handle, target.Handle), this, target);
    }
}
