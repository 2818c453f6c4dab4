using System.Linq.Expressions;

namespace Cohort.Actors;

/// <summary>How to make an actor: its class and the arguments of its constructor. Immutable.</summary>
public sealed class Props
{
    private readonly Func<object?[], ActorBase> _construct;
    private readonly object?[] _arguments;

    private Props(Type type, Func<object?[], ActorBase> construct, object?[] arguments, SupervisorStrategy? strategy)
    {
        Type = type;
        _construct = construct;
        _arguments = arguments;
        SupervisorStrategy = strategy;
    }

    public Type Type { get; }

    /// <summary>The constructor's arguments: evaluated once, and the same for every restart.</summary>
    public object?[] Arguments => [.. _arguments];

    /// <summary>Goes before what the actor's own SupervisorStrategy() says; null for that.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; }

    /// <summary>Props of a constructor call, such as <c>Props.Create(() => new Student(id))</c>.</summary>
    /// <exception cref="ArgumentException">The expression is anything else.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (factory.Body is not NewExpression { Constructor: { } constructor } call)
            throw new ArgumentException(
                $"Props.Create needs an expression 'new {typeof(TActor).Name}(...)', not '{factory.Body}'.");
        var arguments = ConstructorCall.Evaluate(call.Arguments);
        return new Props(constructor.DeclaringType!, ConstructorCall.Of(constructor), arguments, supervisorStrategy);
    }

    public static Props Create<TActor>(params object?[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    /// <exception cref="ArgumentException">No constructor of the class takes these arguments.</exception>
    public static Props Create(Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(type, ConstructorCall.Of(ConstructorCall.Find(type, args)), args, strategy: null);
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        new(Type, _construct, _arguments, supervisorStrategy);

    internal ActorBase NewActor() => _construct(_arguments);
}
