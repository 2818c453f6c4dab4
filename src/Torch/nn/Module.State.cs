using Cohort.Torch.Modules;

namespace Cohort.Torch;

public static partial class torch
{
    public static partial class nn
    {
        public abstract partial class Module
        {
            /// <summary>The parameters of this module, then those of each module inside it, as in PyTorch.</summary>
            public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var parameter in _parameters) yield return parameter;
                if (!recurse) yield break;
                foreach (var (name, child) in _children)
                    foreach (var (inner, parameter) in child.named_parameters())
                        yield return ($"{name}.{inner}", parameter);
            }

            public IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(parameter => parameter.parameter);

            private IEnumerable<Tensor> Buffers()
            {
                foreach (var (_, buffer) in _buffers) yield return buffer;
                foreach (var (_, child) in _children)
                    foreach (var buffer in child.Buffers())
                        yield return buffer;
            }

            /// <summary>The module's own parameters and buffers, not copies, by name and in PyTorch's order.</summary>
            public Dictionary<string, Tensor> state_dict()
            {
                var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
                AddState(state, "");
                return state;
            }

            /// <summary>Copies values into the parameters and buffers.</summary>
            /// <param name="source">Tensors by name.</param>
            /// <param name="strict">Whether names that are missing or unknown are errors; otherwise they are only
            /// reported.</param>
            /// <returns>The names that are missing and those that are unknown. (TorchSharp names the two, one of them misspelt:
            /// take them apart by position.)</returns>
            /// <exception cref="InvalidOperationException">Strict, and a name is missing or unknown.</exception>
            /// <exception cref="ArgumentException">A shape differs.</exception>
            public (IList<string>, IList<string>) load_state_dict(Dictionary<string, Tensor> source, bool strict = true)
            {
                var state = state_dict();
                var missing = state.Keys.Where(name => !source.ContainsKey(name)).ToList();
                var unexpected = source.Keys.Where(name => !state.ContainsKey(name)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                    throw new InvalidOperationException(
                        $"The state does not belong to {_name}: missing [{string.Join(", ", missing)}], " +
                        $"unknown [{string.Join(", ", unexpected)}].");

                foreach (var (name, target) in state)
                {
                    if (source.TryGetValue(name, out var values) && !values.shape.AsSpan().SequenceEqual(target.shape))
                        throw new ArgumentException(
                            $"'{name}' of {_name} has the shape [{string.Join("x", target.shape)}] " +
                            $"and was given [{string.Join("x", values.shape)}].");
                }

                using var _ = no_grad();
                foreach (var (name, target) in state)
                    if (source.TryGetValue(name, out var values))
                        target.copy_(values);
                return (missing, unexpected);
            }

            /// <summary>Forgets the gradients of all parameters: <see cref="Tensor.grad"/> becomes null.</summary>
            public void zero_grad() => ForgetGradients([.. parameters()]);

            /// <summary>Moves every parameter and buffer, in place.</summary>
            internal void Move(Device? device, ScalarType? dtype)
            {
                using var _ = no_grad();
                foreach (var (_, parameter) in named_parameters())
                {
                    var required = parameter.requires_grad;
                    MoveOne(parameter, device, dtype);
                    parameter.requires_grad_(required);
                }

                foreach (var buffer in Buffers()) MoveOne(buffer, device, dtype);
            }

            private static void MoveOne(Tensor tensor, Device? device, ScalarType? dtype)
            {
                using var value = tensor.detach();
                tensor.TakeOver(value.to(dtype ?? tensor.dtype, device ?? tensor.device));
            }

            private void AddState(Dictionary<string, Tensor> state, string prefix)
            {
                foreach (var (name, parameter) in _parameters) state.Add(prefix + name, parameter);
                foreach (var (name, buffer) in _buffers) state.Add(prefix + name, buffer);
                foreach (var (name, child) in _children) child.AddState(state, $"{prefix}{name}.");
            }
        }

        internal static unsafe void ForgetGradients(Parameter[] parameters)
        {
            var handles = Handles(parameters);
            fixed (nint* list = handles) Native.Check(Native.cohort_forget_grads(list, handles.Length));
            GC.KeepAlive(parameters);
        }
    }
}

/// <summary>Moves modules, keeping their type.</summary>
public static class ModuleExtensionMethods
{
    /// <summary>Moves every parameter and buffer to a device, in place.</summary>
    /// <returns>The same module.</returns>
    public static T to<T>(this T module, torch.Device device) where T : torch.nn.Module
    {
        module.Move(device, null);
        return module;
    }

    /// <summary>Converts every parameter and buffer, in place.</summary>
    /// <returns>The same module.</returns>
    public static T to<T>(this T module, torch.ScalarType type) where T : torch.nn.Module
    {
        module.Move(null, type);
        return module;
    }
}
