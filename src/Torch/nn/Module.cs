using System.Reflection;
using Cohort.Torch.Modules;

namespace Cohort.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// A part of a network: its parameters, buffers and the modules inside it, under the names that PyTorch gives them.
        /// </summary>
        public abstract partial class Module : IDisposable
        {
            private readonly string _name;
            private readonly HashSet<string> _names = new(StringComparer.Ordinal);
            private readonly List<(string Name, Parameter Value)> _parameters = [];
            private readonly List<(string Name, Tensor Value)> _buffers = [];
            private readonly List<(string Name, Module Value)> _children = [];

            protected Module(string name) => _name = name;

            /// <summary>True while the module is trained; dropout, for one, does nothing otherwise.</summary>
            public bool training { get; private set; } = true;

            /// <summary>Sets <see cref="training"/> here and in every module inside.</summary>
            public virtual void train(bool on = true)
            {
                training = on;
                foreach (var (_, child) in _children) child.train(on);
            }

            public void eval() => train(false);

            /// <summary>The modules directly inside this one.</summary>
            public IEnumerable<(string name, Module module)> named_children() => _children;

            /// <summary>The modules inside this one, at any depth.</summary>
            public IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, child) in _children)
                {
                    yield return (name, child);
                    foreach (var (inner, module) in child.named_modules()) yield return ($"{name}.{inner}", module);
                }
            }

            internal void register_parameter(string name, Parameter param) => _parameters.Add((Free(name), param));

            internal void register_module(string name, Module submodule) => _children.Add((Free(name), submodule));

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Registers the fields that are parameters, buffers and modules, in their order and by their names; to be
            /// called last in a constructor.</summary>
            protected void RegisterComponents()
            {
                foreach (var field in GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance))
                {
                    if (_names.Contains(field.Name)) continue;
                    switch (field.GetValue(this))
                    {
                        case Parameter parameter: register_parameter(field.Name, parameter); break;
                        case Tensor buffer: _buffers.Add((Free(field.Name), buffer.DetachFromDisposeScope())); break;
                        case Module module: register_module(field.Name, module); break;
                        default: break;
                    }
                }
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var (_, parameter) in _parameters) parameter.Dispose();
                foreach (var (_, buffer) in _buffers) buffer.Dispose();
                foreach (var (_, child) in _children) child.Dispose();
            }

            private string Free(string name)
            {
                if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"'{name}' cannot name a part of {_name}: it is empty or contains a dot.");
                if (!_names.Add(name)) throw new ArgumentException($"{_name} has a part named '{name}' already.");
                return name;
            }
        }

        /// <summary>A module that makes one value from one.</summary>
        public abstract class Module<T, TResult> : Module
        {
            private readonly List<Func<Module<T, TResult>, T, TResult, TResult?>> _hooks = [];

            protected Module(string name) : base(name)
            {
            }

            public abstract TResult forward(T input);

            /// <summary><see cref="forward"/>, and then the hooks.</summary>
            public TResult call(T input)
            {
                var result = forward(input);
                foreach (var hook in _hooks) result = hook(this, input, result) ?? result;
                return result;
            }

            /// <summary>Lets a function see what every call takes and gives, and replace the result; null keeps it. The tensors belong to
            /// the caller: whoever wants one for longer keeps an alias.</summary>
            public HookRemover register_forward_hook(Func<Module<T, TResult>, T, TResult, TResult?> hook)
            {
                _hooks.Add(hook);
                return new HookRemover(() => _hooks.Remove(hook));
            }
        }

        /// <summary>Ends what <see cref="Module{T, TResult}.register_forward_hook"/> began.</summary>
        public sealed class HookRemover
        {
            private readonly Action _remove;

            internal HookRemover(Action remove) => _remove = remove;

            public void remove() => _remove();
        }
    }
}
