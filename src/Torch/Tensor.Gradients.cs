using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for <see cref="backward"/>.</summary>
        public bool requires_grad
        {
            get => Read(cohort_requires_grad(Handle)) != 0;
            set => requires_grad_(value);
        }

        /// <summary>The gradient that <see cref="backward"/> summed up, or null where there is none.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint gradient;
                Check(cohort_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set => InPlace(cohort_set_grad(Handle, value?.Handle ?? 0), value);
        }

        public Tensor requires_grad_(bool requires_grad = true) =>
            InPlace(cohort_set_requires_grad(Handle, requires_grad ? 1 : 0));

        /// <summary>The same elements, without the record of how they came about.</summary>
        public Tensor detach() => Result(cohort_detach(Handle), this);

        /// <summary>Adds the derivative of this single value to the <see cref="grad"/> of every leaf that it came from.</summary>
        public void backward() => InPlace(cohort_backward(Handle));
    }
}
