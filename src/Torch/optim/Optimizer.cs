using Cohort.Torch.Modules;

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Gives access to a learning rate.</summary>
            public interface ILearningRateController
            {
                double LearningRate { get; set; }
            }

            /// <summary>Changes parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                private readonly ParamGroup _group;

                private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate)
                {
                    if (!(learningRate >= 0))
                        throw new ArgumentException($"The learning rate is {learningRate}; it has to be at least 0.");
                    Parameters = [.. parameters];
                    _group = new ParamGroup { LearningRate = learningRate };
                }

                /// <summary>One group: all parameters share their learning rate.</summary>
                public IEnumerable<ILearningRateController> ParamGroups => [_group];

                private protected Parameter[] Parameters { get; }

                private protected double LearningRate => _group.LearningRate;

                /// <summary>Forgets the gradients of the parameters: <see cref="Tensor.grad"/> becomes null.</summary>
                public void zero_grad() => nn.ForgetGradients(Parameters);

                /// <summary>Changes every parameter that has a gradient.</summary>
                public void step()
                {
                    Step(Handles(Parameters));
                    GC.KeepAlive(Parameters);
                }

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                private protected abstract void Step(nint[] parameters);

                protected abstract void Dispose(bool disposing);
            }
        }
    }
}

namespace Cohort.Torch.Modules
{
    /// <summary>Parameters that share their options.</summary>
    public sealed class ParamGroup : torch.optim.ILearningRateController
    {
        public double LearningRate { get; set; }
    }
}
