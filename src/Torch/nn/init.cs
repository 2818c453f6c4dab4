namespace Cohort.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values for parameters, drawn from the calling thread's generator.</summary>
        public static partial class init
        {
            public enum FanInOut
            {
                FanIn,
                FanOut,
            }

            public enum NonlinearityType
            {
                ReLU,
                LeakyReLU,
            }

            /// <summary>Fills the tensor with draws from U(low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1)
            {
                using var _ = no_grad();
                return tensor.uniform_(low, high);
            }

            /// <summary>
            /// Fills weights [out, in, ...] with draws from U(-b, b), b = gain * sqrt(3 / fan), which keeps the variance of
            /// what passes through (He et al. 2015, Delving Deep into Rectifiers, eq. 10).
            /// </summary>
            /// <param name="tensor">The weights, of at least two dimensions.</param>
            /// <param name="a">The negative slope of a leaky ReLU.</param>
            /// <param name="mode">Whether the variance is kept forwards (FanIn) or backwards (FanOut).</param>
            /// <param name="nonlinearity">What follows the layer.</param>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var (fanIn, fanOut) = Fans(tensor.shape);
                var gain = nonlinearity == NonlinearityType.ReLU ? Math.Sqrt(2) : Math.Sqrt(2 / (1 + a * a));
                var bound = gain * Math.Sqrt(3.0 / (mode == FanInOut.FanIn ? fanIn : fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>PyTorch's default for a layer: weights with b = 1/sqrt(fan in), biases likewise.</summary>
            internal static void Layer(Tensor weight, Tensor? bias)
            {
                kaiming_uniform_(weight, a: Math.Sqrt(5));
                if (bias is null) return;
                var bound = 1 / Math.Sqrt(Fans(weight.shape).In);
                uniform_(bias, -bound, bound);
            }

            private static (long In, long Out) Fans(long[] shape)
            {
                if (shape.Length < 2)
                    throw new ArgumentException(
                        $"Weights of shape [{string.Join("x", shape)}] have no fan in: two dimensions are needed.");
                var field = shape.Skip(2).Aggregate(1L, (product, length) => product * length);
                return (shape[1] * field, shape[0] * field);
            }
        }
    }
}
