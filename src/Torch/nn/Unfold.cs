namespace Cohort.Torch;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// The windows that a convolution sees, one a column: [N, C, H, W] becomes [N, C * kernel height * kernel width, windows],
            /// windows in row-major order. A pair is height and width.
            /// </summary>
            /// <param name="input">[N, C, H, W]</param>
            /// <param name="kernel_size">The size of a window.</param>
            /// <param name="dilation">The distance between elements of a window; 1 if null.</param>
            /// <param name="padding">Rows and columns of zeros around the input; 0 if null.</param>
            /// <param name="stride">The distance between windows; 1 if null.</param>
            public static unsafe Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null,
                (long, long)? padding = null, (long, long)? stride = null)
            {
                var kernel = stackalloc[] { kernel_size.Item1, kernel_size.Item2 };
                var d = stackalloc[] { dilation?.Item1 ?? 1, dilation?.Item2 ?? 1 };
                var p = stackalloc[] { padding?.Item1 ?? 0, padding?.Item2 ?? 0 };
                var s = stackalloc[] { stride?.Item1 ?? 1, stride?.Item2 ?? 1 };
                return Tensor.Result(Native.cohort_unfold(input.Handle, kernel, d, p, s), input);
            }
        }
    }
}
